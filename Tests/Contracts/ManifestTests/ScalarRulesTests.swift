import JSON
import TestSupport
import Testing

@testable import Manifest

@Suite struct ScalarRulesTests {
    @Test(
        "The core schema",
        arguments: [
            ("", ScalarRules.Meaning.null), ("~", .null), ("null", .null), ("nUll", .text), ("true", .bool(true)),
            ("FALSE", .bool(false)), ("yes", .text), ("no", .text), ("on", .text), ("y", .text), ("0", .integer(0)),
            ("010", .integer(10)), ("0o10", .integer(8)), ("0x1F", .integer(31)), ("0b1", .text), ("-0x1", .text),
            ("0x", .text), ("0x+1", .text), ("+7", .integer(7)), ("-7", .integer(-7)), ("1_000", .text),
            ("1:30", .text),
            ("9223372036854775808", .unsigned(9_223_372_036_854_775_808)), ("-9223372036854775808", .integer(.min)),
            ("18446744073709551616", .number(18_446_744_073_709_551_616)), ("1.", .number(1)), (".5", .number(0.5)),
            ("-.5", .number(-0.5)), ("1e3", .number(1000)), ("1.5E-3", .number(0.0015)), ("1e", .text), (".", .text),
            ("-", .text), ("+", .text), ("1.2.3", .text), (".inf", .number(.infinity)), ("-.Inf", .number(-.infinity)),
            ("inf", .text), ("nan", .text), ("1e400", .number(.infinity)), ("2001-01-01", .text), ("0x1p3", .text),
            ("0xFFFFFFFFFFFFFFFFF", .text), (" 1", .text), ("1 ", .text), ("١", .text),
        ] as [(String, ScalarRules.Meaning)]
    )
    func core(text: String, expected: ScalarRules.Meaning) {
        #expect(ScalarRules.core.resolve(text) == expected)
    }

    @Test("A NaN is a number")
    func nan() {
        guard case .number(let value) = ScalarRules.core.resolve(".nan") else {
            Issue.record("no number")
            return
        }
        #expect(value.isNaN)
    }

    /// What PyYAML 6.0.3 made of each text.
    @Test("YAML 1.1 as PyYAML reads it")
    func pyYAML() throws {
        let text = try Repository.text("Tests/Contracts/ManifestTests/pyyaml-scalars.json")
        guard case .array(let cases) = try JSONReader.value(of: Array(text.utf8)) else {
            Issue.record("no list of cases")
            return
        }
        #expect(cases.count > 500)
        for entry in cases {
            guard case .array(let parts) = entry, case .string(let scalar) = parts[0], case .string(let kind) = parts[1]
            else { continue }
            let found = ScalarRules.pyYAML.resolve(scalar)
            #expect(Self.shown(found) == Self.expected(kind, parts[2]), "'\(scalar)'")
        }
    }

    private static func shown(_ meaning: ScalarRules.Meaning) -> String {
        switch meaning {
        case .null: "null"
        case .bool(let value): "bool \(value)"
        case .integer(let value): "integer \(value)"
        case .unsigned(let value): "unsigned \(value)"
        case .number(let value): "number \(value.isNaN ? "nan" : "\(value)")"
        case .text: "text"
        }
    }

    private static func expected(_ kind: String, _ value: JSONValue) -> String {
        switch (kind, value) {
        case ("bool", .bool(let value)): "bool \(value)"
        case ("number", .string(let text)): "number \(Double(text).map { $0.isNaN ? "nan" : "\($0)" } ?? text)"
        case (_, .string(let text)): "\(kind) \(text)"
        // PyYAML raises an exception; as a text it harms nobody.
        case ("error", _): "text"
        default: kind
        }
    }
}
