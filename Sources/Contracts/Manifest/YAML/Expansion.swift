/// Replaces `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `${file:path}` in the values of a
/// document, after it was parsed: what comes in can add no structure, and keys are never touched.
///
/// The caller decides what may be asked for. A document that somebody sent is given nothing, and then
/// every `${` is a problem. `$${` stands for a plain `${`. What came in is not looked at again.
public struct Expansion: Sendable {
    /// Why a file that a document asked for is not there.
    public struct Refusal: Error {
        public let reason: String

        public init(reason: String) { self.reason = reason }
    }

    private let variable: (@Sendable (String) -> String?)?
    private let file: (@Sendable (String) throws(Refusal) -> String)?

    /// - Parameters:
    ///   - variable: The value of an environment variable, nil when it is not set.
    ///   - file: The text of a file, by the path in the document.
    public init(
        variable: @escaping @Sendable (String) -> String?,
        file: @escaping @Sendable (String) throws(Refusal) -> String
    ) {
        self.variable = variable
        self.file = file
    }

    /// Grants nothing: for documents that did not come from the person who runs the program.
    public static let refused = Expansion()

    private init() {
        variable = nil
        file = nil
    }

    /// More text than any value of a flow needs.
    static let sizeMax = 1 << 20

    /// The document with all that may be replaced replaced; problems are added to `diagnostics`.
    func apply(to node: YAMLNode, file name: String, path: String, _ diagnostics: inout [Diagnostic]) -> YAMLNode {
        switch node.content {
        case .sequence(let elements):
            return YAMLNode(
                .sequence(
                    elements.enumerated().map { index, element in
                        apply(to: element, file: name, path: "\(path)[\(index)]", &diagnostics)
                    }
                ),
                at: node.place
            )
        case .mapping(let entries):
            return YAMLNode(
                .mapping(
                    entries.map { entry in
                        let path = ConfigPath.child(path, entry.key)
                        let value = apply(to: entry.value, file: name, path: path, &diagnostics)
                        return .init(key: entry.key, keyPlace: entry.keyPlace, value: value)
                    }
                ),
                at: node.place
            )
        case .scalar(let scalar):
            guard scalar.text.contains("${") else { return node }
            do throws(Problem) {
                let text = try replaced(scalar.text)
                return YAMLNode(
                    .scalar(.init(text: text, isPlain: scalar.isPlain, origin: .expanded(from: scalar.text))),
                    at: node.place
                )
            } catch {
                diagnostics.append(
                    Diagnostic(
                        .expansion,
                        at: .init(file: name, place: node.place),
                        path: path,
                        problem: error.problem,
                        advice: error.advice
                    )
                )
                return .unreadable(at: node.place)
            }
        }
    }

    private struct Problem: Error {
        let problem: String
        let advice: String
    }

    private func replaced(_ text: String) throws(Problem) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            if rest[..<start.lowerBound].hasSuffix("$") {
                result += rest[..<start.lowerBound].dropLast() + "${"
                rest = rest[start.upperBound...]
                continue
            }
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw Problem(
                    problem:
                        "expected '}' behind '\(YAMLNode.shown(String(rest[start.lowerBound...])))', found the end",
                    advice: "write '$${' for a plain '${'"
                )
            }
            result += try value(of: String(rest[start.upperBound..<end]))
            rest = rest[rest.index(after: end)...]
        }
        guard result.utf8.count + rest.utf8.count <= Self.sizeMax else {
            throw Problem(problem: "expected at most \(Self.sizeMax) bytes, found more", advice: "")
        }
        return result + rest
    }

    private func value(of request: String) throws(Problem) -> String {
        guard let variable, let file else {
            throw Problem(
                problem: "expected plain text, found '${\(YAMLNode.shown(request))}'",
                advice: "this document may not ask for variables or files; write '$${' for a plain '${'"
            )
        }
        if request.hasPrefix("file:") {
            let path = String(request.dropFirst("file:".count))
            do throws(Refusal) {
                let text = try file(path)
                // Editors end a file with a newline that is no part of a password.
                return text.hasSuffix("\n") ? String(text.dropLast()) : text
            } catch {
                throw Problem(
                    problem: "expected the file '\(YAMLNode.shown(path))', found that it \(error.reason)",
                    advice: "the path counts from the folder of the document"
                )
            }
        }
        let name = String(request.prefix { $0 != ":" })
        let tail = request.dropFirst(name.count)
        guard Self.isVariableName(name), tail.isEmpty || tail.hasPrefix(":-") || tail.hasPrefix(":?") else {
            throw Problem(
                problem: "expected '${NAME}', '${NAME:-default}', '${NAME:?message}' or '${file:path}', "
                    + "found '${\(YAMLNode.shown(request))}'",
                advice: "write '$${' for a plain '${'"
            )
        }
        // An empty variable counts as none where a default or a message stands, as in a shell.
        if let value = variable(name), tail.isEmpty || !value.isEmpty { return value }
        if tail.hasPrefix(":-") { return String(tail.dropFirst(2)) }
        let message = tail.dropFirst(2)
        let shown = YAMLNode.shown(name)
        throw Problem(
            problem: "expected the environment variable '\(shown)', found that it is not set",
            advice: message.isEmpty
                ? "set it, or give a default: '${\(shown):-value}'" : YAMLNode.shown(String(message))
        )
    }

    private static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
        }
    }
}
