internal import JSON

/// What the benchmarks read.
struct Sample {
    let name: String
    let values: [Double]

    var count: Int { values.count }

    var json: [UInt8] {
        var writer = JSONWriter()
        writer.write(values)
        return writer.bytes
    }

    /// Doubles with all their digits, as a program sends them.
    static let long = Sample(
        name: "100,000 doubles of 17 digits",
        values: (1...100_000).map { (Double($0) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1) }
    )

    /// Numbers as an instrument gives them.
    static let short = Sample(name: "100,000 short numbers", values: (1...100_000).map { Double($0 % 9973) / 8 })

    static var documents: [UInt8] {
        let objects = (0..<10_000).map { index -> JSONValue in
            [
                "name": .string("QUAD:IN20:\(index):BACT"), "value": .number(Double(index) / 7),
                "severity": "NONE", "count": .integer(Int64(index)), "tags": ["a", "b", true, .null],
            ]
        }
        return Array(JSONWriter.text(of: .array(objects)).utf8)
    }

    /// A flow of 5,000 lines.
    static var flow: [UInt8] {
        var text = "flow: big\nsources:\n  m:\n    type: pva\n    pvs:\n"
        for index in 0..<1000 { text += "      - PV:\(index)\n" }
        text += "steps:\n"
        for step in 0..<498 {
            text += "  s\(step):\n    type: pass\n    in:\n"
            for input in 0..<5 {
                text += "      o\(step)_\(input): {from: m, signal: 'PV:\((step * 5 + input) % 1000)'}\n"
            }
        }
        text += "sinks:\n  out:\n    type: console\n    in:\n"
        for step in 0..<7 { text += "      - o\(step)_0\n" }
        return Array(text.utf8)
    }
}
