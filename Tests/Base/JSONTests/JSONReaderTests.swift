import TestSupport
import Testing

@testable import JSON

@Suite struct JSONReaderTests {
    static func value(_ text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSONValue {
        try JSONReader.value(of: Array(text.utf8), limits: limits)
    }

    @Test(
        "Values are read as what they are",
        arguments: [
            ("null", JSONValue.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .integer(0)),
            ("-0", .number(-0.0)), ("-0.0", .number(-0.0)), ("1.0", .number(1)), ("1e2", .number(100)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .unsigned(9_223_372_036_854_775_808)), ("18446744073709551615", .unsigned(.max)),
            ("18446744073709551616", .number(18_446_744_073_709_551_616)),
            ("-9223372036854775809", .number(-9_223_372_036_854_775_808)), ("5e-324", .number(.leastNonzeroMagnitude)),
            ("1e-400", .number(0)), ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
            ("9007199254740993", .integer(9_007_199_254_740_993)), (#""""#, .string("")),
            (#""a\"\\\/\b\f\n\r\tz""#, .string("a\"\\/\u{8}\u{C}\n\r\tz")), (#""\u00e9\ud83d\ude00""#, .string("é😀")),
            ("\"é😀\"", .string("é😀")), ("[]", .array([])), ("[1, [2], \"x\"]", [1, [2], "x"]), ("{}", .object([:])),
            (#"{"a":1,"":{"b":[]}}"#, ["a": 1, "": ["b": []]]),
        ] as [(String, JSONValue)]
    )
    func values(text: String, expected: JSONValue) throws {
        #expect(try Self.value(text) == expected)
    }

    @Test(
        "What is no JSON is refused at its byte, with what was expected",
        arguments: [
            ("", 0, "expected a value, found the end"), ("nul", 3, "expected 'null', found the end"),
            ("tru e", 3, "expected 'true', found ' '"), ("01", 1, "expected a number, found '1'"),
            ("-", 1, "expected a number, found the end"), ("1.", 2, "expected a number, found the end"),
            (".5", 0, "expected a value, found '.'"), ("1e", 2, "expected a number, found the end"),
            ("1e+", 3, "expected a number, found the end"), ("+1", 0, "expected a value, found '+'"),
            ("NaN", 0, "expected a value, found 'N'"), ("-Infinity", 1, "expected a number, found 'I'"),
            ("0x10", 1, "expected the end, found 'x'"),
            ("1e400", 0, "expected a number that a double can hold, found one beyond 1.8e308"),
            ("[1,]", 3, "expected a value, found ']'"), ("[1 2]", 3, "expected ',' or ']', found '2'"),
            ("[", 1, "expected a value, found the end"), ("{\"a\" 1}", 5, "expected ':', found '1'"),
            ("{a:1}", 1, "expected a name in quotes, found 'a'"),
            ("{\"a\":1,}", 7, "expected a name in quotes, found '}'"),
            ("{\"a\":1,\"a\":2}", 11, "expected each name once, found 'a' again"),
            ("\"a", 2, "expected '\"' at the end of the string that begins at byte 0, found the end"),
            ("\"\n\"", 1, "expected control characters as \\u escapes, found byte 0xa"),
            (#""\x""#, 2, "expected one of \"\\/bfnrtu behind the backslash, found 'x'"),
            (#""\u12g4""#, 5, "expected four hexadecimal digits, found 'g'"),
            (#""\ud800""#, 1, "expected a pair of surrogates, found half of one"),
            (#""\ud800\u0041""#, 1, "expected a pair of surrogates, found half of one"),
            (#""\udc00""#, 1, "expected a pair of surrogates, found half of one"),
            ("1 2", 2, "expected the end, found '2'"), ("// x\n1", 0, "expected a value, found '/'"),
            ("'a'", 0, "expected a value, found '''"), ("\u{FEFF}1", 0, "expected a value, found byte 0xef"),
        ] as [(String, Int, String)]
    )
    func refused(text: String, offset: Int, problem: String) {
        #expect(throws: JSONError(offset: offset, problem: problem)) { try Self.value(text) }
    }

    @Test(
        "Bytes that are not UTF-8 are refused",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]]
    )
    func notUTF8(bytes: [UInt8]) {
        let problem = "expected UTF-8 in this string, found other bytes"
        #expect(throws: JSONError(offset: 1, problem: problem)) {
            try JSONReader.value(of: [0x22] + bytes + [0x22])
        }
    }

    @Test("Depth has a limit, which is where it says")
    func depth() throws {
        let limits = JSONLimits(depthMax: 3)
        #expect(try Self.value("[[[]]]", limits: limits) == [[[]]])
        let error = JSONError(offset: 3, problem: "expected at most 3 levels, found one more")
        #expect(throws: error) { try Self.value("[[[[]]]]", limits: limits) }
        #expect(throws: error) { try Self.value("[[[{}]]]", limits: limits) }
        // The limit counts what is open, not what there was.
        #expect(try Self.value("[[[]],[[]],[[]]]", limits: limits) == [[[]], [[]], [[]]])
        #expect(throws: JSONError.self) { try Self.value(String(repeating: "[", count: 1_000_000)) }
    }

    @Test("Size has a limit")
    func size() {
        let error = JSONError(offset: 4, problem: "expected at most 4 bytes, found 5")
        #expect(throws: error) { try Self.value("[1,2]", limits: JSONLimits(sizeMax: 4)) }
    }

    @Test("An object of many members finds each, and still refuses a second of a name", arguments: [1, 16, 17, 500])
    func manyMembers(count: Int) throws {
        let members = (0..<count).map { "\"k\($0)\": \($0)" }
        guard case .object(let object) = try Self.value("{\(members.joined(separator: ","))}") else {
            Issue.record("no object")
            return
        }
        #expect((0..<count).allSatisfy { object["k\($0)"] == .integer(Int64($0)) })
        #expect(object["k"] == nil)
        #expect(object.members.map(\.name) == (0..<count).map { "k\($0)" })
        #expect(throws: JSONError.self) { try Self.value("{\((members + ["\"k0\": 0"]).joined(separator: ","))}") }
    }

    @Test("Names are bytes: composed and decomposed letters are two names")
    func exactNames() throws {
        let value = try Self.value("{\"\u{E9}\": 1, \"e\u{301}\": 2}")
        guard case .object(let object) = value else { return }
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    }

    @Test("What is skipped is checked like what is read")
    func skipped() throws {
        var reader = try JSONReader(Array(#"{"a":1,"a":2}"#.utf8))
        #expect(throws: JSONError.self) { try reader.skipValue() }
    }

    @Test("Pieces are read straight into the caller's types")
    func pieces() throws {
        let text = #"{"name": "x", "rest": [1, {"a": null}], "data": [1, 2.5, -3e2], "flag": true}"#
        var reader = try JSONReader(Array(text.utf8))
        var name = ""
        var data: [Double] = []
        var flag = false
        try reader.readObject { key, reader throws(JSONError) in
            switch key {
            case "name": name = try reader.readString()
            case "data": data = try reader.readDoubles()
            case "flag": flag = try reader.readBool()
            default: try reader.skipValue()
            }
        }
        try reader.finish()
        #expect(name == "x")
        #expect(data == [1, 2.5, -300])
        #expect(flag)
    }

    @Test("A piece of another kind is refused where it is")
    func wrongPiece() throws {
        var reader = try JSONReader(Array("  [1]".utf8))
        #expect(throws: JSONError(offset: 2, problem: "expected a string, found '['")) { try reader.readString() }
        #expect(throws: JSONError(offset: 2, problem: "expected an object, found '['")) {
            try reader.readObject { _, _ in }
        }
    }
}

@Suite struct JSONNumberArrayTests {
    static func read(_ text: String) throws(JSONError) -> [Double] {
        var reader = try JSONReader(Array(text.utf8))
        let values = try reader.readDoubles()
        try reader.finish()
        return values
    }

    @Test(
        "An array of numbers is read as the tree would read it",
        arguments: [
            "[]", "[ ]", "[1]", "[ 1 , 2 ]", "[-0.0,0,1e5,1E-5,2.5e+3]", "[18446744073709551615]",
            "[\n1,\r2,\t3 ]", "[5e-324,1.7976931348623157e308]",
        ]
    )
    func likeTree(text: String) throws {
        guard case .array(let elements) = try JSONReaderTests.value(text) else { return }
        #expect(try Self.read(text).map(\.bitPattern) == elements.map { $0.double?.bitPattern })
    }

    @Test(
        "What is no array of numbers is refused at its byte",
        arguments: [
            ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("[01]", 1), ("[1.]", 1), ("[.5]", 1), ("[1.e5]", 1), ("[1e]", 1),
            ("[+1]", 1), ("[-]", 1), ("[nan]", 1), ("[1,\"nan\"]", 3), ("[\"NaN\",]", 7), ("[[1]]", 1), ("[1", 2),
            ("[1,", 3), ("[", 1),
            ("[1e400]", 1), ("[-inf]", 1), ("[1}", 2),
        ]
    )
    func refused(text: String, offset: Int) {
        #expect { try Self.read(text) } throws: { ($0 as? JSONError)?.offset == offset }
    }

    @Test("What the writer makes of NaN and infinities reads back among numbers, wherever it stands")
    func nonFinite() throws {
        for values in [[.nan], [1, .nan], [.infinity, 2, 3, -.infinity], [.nan, .nan]] as [[Double]] {
            var writer = JSONWriter()
            writer.write(values)
            var reader = try JSONReader(writer.bytes)
            #expect(try reader.readDoubles().map(\.isNaN) == values.map(\.isNaN))
            try reader.finish()
        }
        var reader = try JSONReader(Array(#"[["NaN", 1 ], "-Infinity"]"#.utf8))
        var rows: [[Double]] = []
        var last = 0.0
        try reader.readArray { reader throws(JSONError) in
            if try reader.peek() == .array {
                rows.append(try reader.readDoubles())
            } else {
                last = try reader.readDouble()
            }
        }
        #expect(rows.map(\.count) == [2])
        #expect(last == -.infinity)
    }

    @Test("Short rows of a large document take little room")
    func rows() throws {
        let text = "[" + Array(repeating: "[1,2]", count: 10_000).joined(separator: ",") + "]"
        var reader = try JSONReader(Array(text.utf8))
        var capacity = 0
        try reader.readArray { reader throws(JSONError) in capacity = max(capacity, try reader.readDoubles().capacity) }
        #expect(capacity < 100)
    }

    @Test("More numbers than were expected make room", arguments: [0, 1, 15, 16, 17, 10_000])
    func growth(count: Int) throws {
        // The shortest text a number can have, so that the first guess of the room is too small.
        let text = "[" + Array(repeating: "7", count: count).joined(separator: ",") + "]"
        #expect(try Self.read(text) == Array(repeating: 7, count: count))
    }

    @Test("Any array of doubles comes back bit by bit", arguments: 0..<50)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let values = (0..<200).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        var writer = JSONWriter()
        writer.write(values)
        var reader = try JSONReader(writer.bytes)
        #expect(try reader.readDoubles().map(\.bitPattern) == values.map(\.bitPattern))
        guard case .array(let elements) = try JSONReader.value(of: writer.bytes) else {
            Issue.record("no array")
            return
        }
        #expect(elements.map { $0.double?.bitPattern } == values.map(\.bitPattern))
    }
}
