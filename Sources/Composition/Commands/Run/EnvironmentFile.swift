internal import Glibc
internal import Host
internal import JSON
internal import Manifest

/// A file with variables for the environment: one JSON object, as the originals have it.
enum EnvironmentFile {
    static let option = CommandDeclaration.Option(
        name: "env",
        short: "e",
        value: ("FILE", .file),
        fallback: nil,
        doc: "A JSON object whose members are put into the environment first. Without it, it stays as it is."
    )

    private static let sizeMax = 1 << 20

    /// Puts the members into the environment; says what is wrong with the file.
    ///
    /// Values are secrets more often than not: none is shown.
    static func apply(_ path: String?) -> String? {
        guard let path else { return nil }
        let name = Printable.text(path)
        let bytes: [UInt8]
        do throws(FileRefusal) { bytes = try FileReading.bytes(ofOperand: path, sizeMax: sizeMax) } catch {
            return "expected variables, found that '\(name)' \(error.reason)"
        }
        let json: JSONValue
        do throws(JSONError) { json = try JSONReader.value(of: bytes, limits: JSONLimits()) } catch {
            return "\(name): byte \(error.offset + 1): \(error.problem)"
        }
        guard case .object(let object) = json else {
            return "expected '\(name)' to hold a JSON object from names to texts, found another value"
        }
        for member in object.members {
            guard let text = text(of: member.value) else {
                return "expected '\(name)' to hold a text for '\(Printable.text(member.name))', found another value"
            }
            let isUsable = !member.name.isEmpty && !member.name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "=") }
            guard isUsable, !text.utf8.contains(0) else {
                return "expected names of variables in '\(name)', found '\(Printable.text(member.name))'"
            }
            unsafe setenv(member.name, text, 1)
        }
        return nil
    }

    /// Numbers and truths are written as people mean them.
    private static func text(of value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer, .unsigned, .number, .bool: JSONWriter.text(of: value)
        case .null, .array, .object: nil
        }
    }
}
