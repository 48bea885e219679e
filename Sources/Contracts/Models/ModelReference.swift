/// How a document names a model.
public enum ModelReference: Sendable, Equatable {
    /// A file or a folder; a relative path begins at the folder of the document.
    case path(String)
    case version(name: String, version: String)
    case alias(name: String, alias: String)
    /// A file that a run of an experiment left.
    case run(id: String, path: String)

    /// Reads `models:/NAME/VERSION`, `models:/NAME@ALIAS`, `runs:/ID/PATH` and paths.
    public init(_ text: String) throws(ModelProblem) {
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw ModelProblem(.badReference, "expected a model, found '\(text.isEmpty ? "" : "a zero byte")'")
        }
        if let rest = Self.rest(of: text, behind: "models:") {
            self = try Self.model(rest, text)
        } else if let rest = Self.rest(of: text, behind: "runs:") {
            let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw Self.wrong(text, "runs:/ID/PATH", "a run has an id and the path of a model in it")
            }
            self = .run(id: parts[0], path: parts[1])
        } else {
            self = .path(text)
        }
    }

    /// What stands behind `models:/`; `models:x` is none of ours but surely meant.
    private static func rest(of text: String, behind scheme: String) -> String? {
        guard text.hasPrefix(scheme) else { return nil }
        return String(text.dropFirst(scheme.count).drop { $0 == "/" })
    }

    private static func model(_ rest: String, _ text: String) throws(ModelProblem) -> ModelReference {
        let form = "models:/NAME/VERSION or models:/NAME@ALIAS"
        // The last one: names may have an '@' or a '/' themselves.
        if let sign = rest.lastIndex(of: "@"), !rest[sign...].contains("/") {
            let (name, alias) = (String(rest[..<sign]), String(rest[rest.index(after: sign)...]))
            guard !name.isEmpty, !alias.isEmpty else {
                throw wrong(text, form, "an alias is a name such as 'champion'")
            }
            return .alias(name: name, alias: alias)
        }
        guard let slash = rest.lastIndex(of: "/"), slash != rest.startIndex else {
            throw wrong(text, form, "say which version: 'models:/\(rest.isEmpty ? "NAME" : rest)/1'")
        }
        let (name, version) = (String(rest[..<slash]), String(rest[rest.index(after: slash)...]))
        guard !version.isEmpty else { throw wrong(text, form, "say which version: 'models:/\(name)/1'") }
        return .version(name: name, version: version)
    }

    private static func wrong(_ text: String, _ form: String, _ advice: String) -> ModelProblem {
        ModelProblem(.badReference, "expected \(form), found '\(text)'", advice: advice)
    }
}

extension ModelReference: CustomStringConvertible {
    public var description: String {
        switch self {
        case .path(let path): path
        case .version(let name, let version): "models:/\(name)/\(version)"
        case .alias(let name, let alias): "models:/\(name)@\(alias)"
        case .run(let id, let path): "runs:/\(id)/\(path)"
        }
    }
}
