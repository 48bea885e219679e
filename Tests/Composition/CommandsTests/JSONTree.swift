import JSON
import Manifest
import TestSupport

/// Random trees, and YAML nodes as trees.
enum JSONTree {
    static func random(depth: Int, using random: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(Int64(bitPattern: random.next()))
        case 3: return .number(Double(Int64(bitPattern: random.next())) / 1024)
        case 4: return .string(text(using: &random))
        case 5:
            return .array(
                (0..<Int.random(in: 0..<4, using: &random)).map { _ in Self.random(depth: depth - 1, using: &random) }
            )
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0..<4, using: &random) {
                object.add(text(using: &random), Self.random(depth: depth - 1, using: &random))
            }
            return .object(object)
        }
    }

    private static func text(using random: inout SplitMix64) -> String {
        let words = [
            "yes", "no", "null", "~", "1e3", "a: b", "- x", "#", "é😀", "\n", "'", "\"", "", "x", "on", "a-b", "1",
        ]
        return (0..<Int.random(in: 1..<3, using: &random)).map { _ in words.randomElement(using: &random) ?? "" }
            .joined()
    }

    /// What a reader of the core schema makes of a node.
    static func value(of node: YAMLNode) -> JSONValue {
        switch node.content {
        case .sequence(let elements): return .array(elements.map(value))
        case .mapping(let entries):
            var object = JSONObject()
            for entry in entries { object.add(entry.key, value(of: entry.value)) }
            return .object(object)
        case .scalar(let scalar):
            guard scalar.isPlain else { return .string(scalar.text) }
            return switch ScalarRules.core.resolve(scalar.text) {
            case .null: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .integer(value)
            case .unsigned(let value): .unsigned(value)
            case .number(let value): .number(value)
            case .text: .string(scalar.text)
            }
        }
    }
}
