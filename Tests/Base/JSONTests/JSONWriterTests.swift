import TestSupport
import Testing

@testable import JSON

@Suite struct JSONWriterTests {
    @Test(
        "Numbers are the shortest text that is the same number, with a point or an exponent",
        arguments: [
            (0.0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (0.1, "0.1"), (100_000, "100000.0"), (1e15, "1000000000000000.0"),
            (1e16, "1e+16"), (1e-4, "0.0001"), (1e-5, "1e-05"), (.leastNonzeroMagnitude, "5e-324"),
            (1.0 / 3, "0.3333333333333333"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (123_456.789, "123456.789"),
            (.nan, "\"NaN\""), (.infinity, "\"Infinity\""), (-.infinity, "\"-Infinity\""),
        ]
    )
    func numbers(value: Double, expected: String) {
        var writer = JSONWriter()
        writer.write(value)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
        #expect(JSONValue(double: value).double?.bitPattern == value.bitPattern)
    }

    @Test(
        "A float has its own shortest text",
        arguments: [(Float(0.1), "0.1"), (16_777_216, "16777216.0"), (.nan, "\"NaN\"")]
    )
    func floats(value: Float, expected: String) {
        var writer = JSONWriter()
        writer.write(value)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test("An array keeps its order around what is not finite")
    func nonFinite() {
        var writer = JSONWriter()
        writer.write([.nan, 1, 2, .infinity, .nan, 3, -.infinity])
        let text = String(decoding: writer.bytes, as: UTF8.self)
        #expect(text == #"["NaN",1.0,2.0,"Infinity","NaN",3.0,"-Infinity"]"#)
    }

    @Test("An array larger than a block is whole", arguments: [0, 1, 123, 124, 125, 10_000])
    func blocks(count: Int) throws {
        let values = (0..<count).map { Double($0) + 0.5 }
        var writer = JSONWriter()
        writer.write(values)
        var reader = try JSONReader(writer.bytes)
        #expect(try reader.readDoubles() == values)
    }

    @Test("Strings are quoted")
    func strings() {
        let text = JSONWriter.text(of: .string("a\"\\\n\r\t\u{1}\u{7F}é😀"))
        #expect(text == #""a\"\\\n\r\t\u0001\u007fé😀""#)
        #expect(JSONWriter.text(of: .string("\u{9B}é\u{2028}\u{FFFE}")) == #""\u009bé\u2028\ufffe""#)
    }

    @Test("Layouts")
    func layouts() {
        let value: JSONValue = ["a": [1, 2], "b": ["c": [], "d": ["x", 1]]]
        #expect(JSONWriter.text(of: value) == #"{"a":[1,2],"b":{"c":[],"d":["x",1]}}"#)
        #expect(JSONWriter.text(of: value, layout: .spaced) == #"{"a": [1, 2], "b": {"c": [], "d": ["x", 1]}}"#)
        #expect(
            JSONWriter.text(of: value, layout: .indented) == """
                {
                  "a": [1, 2],
                  "b": {
                    "c": [],
                    "d": [
                      "x",
                      1
                    ]
                  }
                }
                """
        )
    }

    @Test("Any tree reads back", arguments: 0..<200)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let value = Self.tree(depth: 4, using: &random)
        for layout in [JSONWriter.Layout.line, .spaced, .indented] {
            let text = JSONWriter.text(of: value, layout: layout)
            #expect(try JSONReader.value(of: Array(text.utf8)) == value)
        }
    }

    static func tree(depth: Int, using random: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(Int64(bitPattern: random.next()))
        case 3: return .unsigned(random.next() | 1 << 63)
        case 4:
            let value = Double(bitPattern: random.next())
            return .number(value.isFinite ? value : 0.5)
        case 5: return .string(text(using: &random))
        case 6:
            return .array(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in tree(depth: depth - 1, using: &random) }
            )
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<20, using: &random) {
                object.add(text(using: &random), tree(depth: depth - 1, using: &random))
            }
            return .object(object)
        }
    }

    private static func text(using random: inout SplitMix64) -> String {
        let scalars = (0..<Int.random(in: 0..<12, using: &random)).compactMap { _ in
            Unicode.Scalar(UInt32.random(in: 0..<0x300, using: &random))
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
