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

    /// Reads a number, or one of the strings `"NaN"`, `"Infinity"` and `"-Infinity"` of our own formats.
    public mutating func readDouble() throws(JSONError) -> Double {
        guard try peek() == .string else { return try readNumberText().float64 }
        let place = offset
        guard let value = JSONValue.string(try readString()).double else {
            throw JSONError(offset: place, problem: "expected a number, \"NaN\" or an infinity, found another string")
        }
        return value
    }

    /// Reads an array of numbers and nothing else, at the speed of digits: the path for tensors.
    public mutating func readDoubles() throws(JSONError) -> [Double] {
        try expect(.array, "an array")
        try open()
        var values: [Double] = []
        var capacity = 16
        while true {
            let status = extend(&values, to: capacity)
            switch status {
            case NUM_OK:
                close()
                return values
            case NUM_FULL: capacity = roomNeeded(beyond: values.count)
            case NUM_NOT_A_NUMBER where current == UInt8(ascii: "\""):
                values.append(try readDouble())
                if try endsArray() { return values }
                capacity = max(capacity, values.count + 16)
            default: throw numberError(status)
            }
        }
    }

    /// Room for an array of which `count` elements are read: doubled, and near the end of the document
    /// no more than its bytes can hold.
    private func roomNeeded(beyond count: Int) -> Int { count + max(16, min(count, (bytes.count - offset) / 2 + 1)) }

    /// Reads what stands behind an element: whether the array ends, and otherwise the comma.
    private mutating func endsArray() throws(JSONError) -> Bool {
        skipBlanks()
        if take(UInt8(ascii: "]")) {
            close()
            return true
        }
        guard take(UInt8(ascii: ",")) else { throw error("expected ',' or ']', found \(found)") }
        return false
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
