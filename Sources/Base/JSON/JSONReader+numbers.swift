internal import CNumbers

extension JSONReader {
    /// Reads one number; an integer stays an integer.
    public mutating func readNumber() throws(JSONError) -> JSONValue {
        let value = try readNumberText()
        return switch value.kind {
        case NUM_INT64: .integer(value.int64)
        case NUM_UINT64: .unsigned(value.uint64)
        default: .number(value.float64)
        }
    }

    public mutating func readDouble() throws(JSONError) -> Double { try readNumberText().float64 }

    /// Reads an array of numbers and nothing else, at the speed of memory: the path for tensors.
    public mutating func readDoubles() throws(JSONError) -> [Double] {
        try expect(.array, "an array")
        try open()
        var values: [Double] = []
        // A number and its comma take two bytes at least and, from real senders, about ten.
        var capacity = max(16, min((bytes.count - offset) / 2 + 1, (bytes.count - offset) / 8))
        while true {
            let status = extend(&values, to: capacity)
            switch status {
            case NUM_OK:
                close()
                return values
            case NUM_FULL: capacity *= 2
            default: throw numberError(status)
            }
        }
    }

    /// Reads on until `values` has `capacity` elements or the array ends.
    private mutating func extend(_ values: inout [Double], to capacity: Int) -> num_status {
        var status = NUM_OK
        var next = offset
        values = unsafe [Double](unsafeUninitializedCapacity: capacity) { [values] buffer, count in
            count = values.count
            _ = unsafe buffer.update(fromContentsOf: values)
            unsafe bytes.withUnsafeBufferPointer { source in
                status = unsafe num_read_doubles(
                    source.baseAddress,
                    source.count,
                    &next,
                    buffer.baseAddress,
                    capacity,
                    &count
                )
            }
        }
        offset = next
        return status
    }

    private mutating func readNumberText() throws(JSONError) -> num_value {
        try expect(.number, "a number")
        var value = num_value()
        var next = offset
        let status = unsafe bytes.withUnsafeBufferPointer {
            unsafe num_read($0.baseAddress, $0.count, &next, &value)
        }
        guard status == NUM_OK else {
            // A number out of range is wrong from its first digit on; a malformed one where it breaks.
            if status != NUM_OUT_OF_RANGE { offset = next }
            throw numberError(status)
        }
        offset = next
        return value
    }

    private func numberError(_ status: num_status) -> JSONError {
        status == NUM_OUT_OF_RANGE
            ? error("expected a number that a double can hold, found one beyond 1.8e308")
            : error("expected a number, found \(found)")
    }
}
