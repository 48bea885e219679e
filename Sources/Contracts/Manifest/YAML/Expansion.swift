internal import JSON

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

    /// More than all values of a flow need together: bytes that come in, and values that ask.
    static let bytesMax = 4 << 20
    static let requestsMax = 10_000

    /// The document with all that may be replaced replaced; problems are added to `diagnostics`.
    ///
    /// `levels` are the depths of the mappings whose keys are fields: there a key that begins with `x-`
    /// belongs to others, who may mean something else by `${`. Elsewhere keys are names of the user's.
    func apply(
        to root: YAMLNode,
        file: String,
        keepingExtensionsAt levels: Set<Int>,
        _ diagnostics: inout [Diagnostic]
    ) -> YAMLNode {
        var pass = ExpansionPass(expansion: self, file: file, extensionLevels: levels)
        let result = pass.apply(to: root, level: 0, path: "")
        diagnostics += pass.diagnostics
        return result
    }

    fileprivate struct Problem: Error {
        let problem: String
        let advice: String
    }

    /// What one request, the text between `${` and `}`, stands for.
    fileprivate func value(of request: String) throws(Problem) -> String {
        guard let variable, let file else {
            throw Problem(
                problem: "expected plain text, found '${\(Printable.text(request))}'",
                advice: "this document may not ask for variables or files; write '$${' for a plain '${'"
            )
        }
        if request.hasPrefix("file:") {
            let path = String(request.dropFirst("file:".count))
            do throws(Refusal) {
                return Self.withoutLastBreak(try file(path))
            } catch {
                throw Problem(
                    problem: "expected the file '\(Printable.text(path))', found that it \(error.reason)",
                    advice: "the path counts from the folder of the document"
                )
            }
        }
        let name = String(request.prefix { $0 != ":" })
        let tail = request.dropFirst(name.count)
        guard Self.isVariableName(name), tail.isEmpty || tail.hasPrefix(":-") || tail.hasPrefix(":?") else {
            throw Problem(
                problem: "expected '${NAME}', '${NAME:-default}', '${NAME:?message}' or '${file:path}', "
                    + "found '${\(Printable.text(request))}'",
                advice: "write '$${' for a plain '${'"
            )
        }
        // An empty variable counts as none where a default or a message stands, as in a shell.
        if let value = variable(name), tail.isEmpty || !value.isEmpty { return value }
        if tail.hasPrefix(":-") { return String(tail.dropFirst(2)) }
        let message = tail.dropFirst(2)
        let shown = Printable.text(name)
        throw Problem(
            problem: "expected the environment variable '\(shown)', found that it is not set",
            advice: message.isEmpty
                ? "set it, or give a default: '${\(shown):-value}'" : Printable.text(String(message), lengthMax: 200)
        )
    }

    /// Editors end a file with a line break that is no part of a password.
    private static func withoutLastBreak(_ text: String) -> String {
        var bytes = Array(text.utf8)
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
        }
    }
}

/// One walk over one document, with what it has used up.
private struct ExpansionPass {
    let expansion: Expansion
    let file: String
    var diagnostics: [Diagnostic] = []
    private var bytes = 0
    private var requests = 0
    /// What was asked for before: aliases and repetitions read a file once.
    private var known: [ExactText: String] = [:]

    private let extensionLevels: Set<Int>

    init(expansion: Expansion, file: String, extensionLevels: Set<Int>) {
        self.expansion = expansion
        self.file = file
        self.extensionLevels = extensionLevels
    }

    /// Paths are made only where a problem needs one: most documents have nothing to replace.
    mutating func apply(to node: YAMLNode, level: Int, path: @autoclosure () -> String) -> YAMLNode {
        switch node.content {
        case .sequence(var elements):
            for index in elements.indices where Self.mayAsk(elements[index]) {
                elements[index] = apply(to: elements[index], level: level + 1, path: "\(path())[\(index)]")
            }
            return YAMLNode(.sequence(elements), at: node.place)
        case .mapping(var entries):
            let keepsExtensions = extensionLevels.contains(level)
            for index in entries.indices where Self.mayAsk(entries[index].value) {
                guard !keepsExtensions || !entries[index].key.hasPrefix("x-") else { continue }
                let entry = entries[index]
                let value = apply(to: entry.value, level: level + 1, path: ConfigPath.child(path(), entry.key))
                entries[index] = .init(key: entry.key, keyPlace: entry.keyPlace, value: value)
            }
            return YAMLNode(.mapping(entries), at: node.place)
        case .scalar(let scalar):
            do throws(Expansion.Problem) {
                // Whoever has so many problems is not asked for more.
                guard diagnostics.count < Diagnostic.reportedMax else { return .unreadable(at: node.place) }
                guard !isUsedUp else { throw Self.usedUp }
                guard let replaced = try replaced(scalar.text) else { return node }
                let isPlain = scalar.isPlain || replaced.isWhole
                let origin = YAMLNode.Scalar.Origin.expanded(from: scalar.text)
                return YAMLNode(.scalar(.init(text: replaced.text, isPlain: isPlain, origin: origin)), at: node.place)
            } catch {
                report(error, at: node.place, path: path())
                return .unreadable(at: node.place)
            }
        }
    }

    private static func mayAsk(_ node: YAMLNode) -> Bool { node.scalar?.mayAsk ?? true }

    private mutating func report(_ problem: Expansion.Problem, at place: Place, path: String) {
        diagnostics.append(
            Diagnostic(
                .expansion,
                at: .init(file: file, place: place),
                path: path,
                problem: problem.problem,
                advice: problem.advice
            )
        )
    }

    /// The text with its requests replaced; nil when it has none.
    ///
    /// A text that is one request and nothing else is `isWhole`: it can be a number also in quotes, which
    /// YAML demands around a `}` inside of braces. All is done on bytes: a mark that combines with a
    /// brace does not hide it.
    private mutating func replaced(_ text: String) throws(Expansion.Problem) -> (text: String, isWhole: Bool)? {
        let (dollar, open, close) = (UInt8(ascii: "$"), UInt8(ascii: "{"), UInt8(ascii: "}"))
        let source = Array(text.utf8)
        var result: [UInt8] = []
        var hasRequests = false
        var isWhole = false
        var index = 0
        while index < source.count {
            let rest = source[index...]
            if rest.starts(with: [dollar, dollar, open]) {
                hasRequests = true
                result += [dollar, open]
                index += 3
            } else if rest.starts(with: [dollar, open]) {
                hasRequests = true
                guard let end = rest.firstIndex(of: close) else {
                    throw .init(
                        problem: "expected '}' behind '\(Printable.text(String(decoding: rest, as: UTF8.self)))', "
                            + "found the end",
                        advice: "write '$${' for a plain '${'"
                    )
                }
                result += try value(of: String(decoding: source[index + 2..<end], as: UTF8.self)).utf8
                isWhole = index == 0 && end == source.count - 1
                index = end + 1
            } else {
                result.append(source[index])
                index += 1
            }
        }
        return hasRequests ? (String(decoding: result, as: UTF8.self), isWhole) : nil
    }

    private mutating func value(of request: String) throws(Expansion.Problem) -> String {
        guard request.firstRange(of: "${") == nil else {
            throw .init(
                problem: "expected no '${' inside of another, found '${\(Printable.text(request))'",
                advice: "a default is plain text"
            )
        }
        requests += 1
        let key = ExactText(request)
        let value: String
        if let before = known[key] { value = before } else { value = try expansion.value(of: request) }
        known[key] = value
        bytes += value.utf8.count
        guard !isUsedUp else { throw Self.usedUp }
        return value
    }

    private var isUsedUp: Bool { requests > Expansion.requestsMax || bytes > Expansion.bytesMax }

    private static let usedUp = Expansion.Problem(
        problem:
            "expected at most \(Expansion.requestsMax) requests for \(Expansion.bytesMax) bytes in all, found more",
        advice: "an alias counts each time"
    )
}
