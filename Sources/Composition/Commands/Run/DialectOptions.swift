internal import Glibc
internal import Host
internal import Manifest

/// What the command line says about documents of other programs.
struct DialectOptions: Sendable {
    let protocols: [String: String]
    let model: String?

    static let options: [CommandDeclaration.Option] = [
        .init(
            name: "protocol",
            short: nil,
            value: ("FROM=TO", .text),
            fallback: nil,
            doc: "Of a document of another program: use an interface of type TO where it names FROM, as 'k2eg=pva'. "
                + "Without it, those that it names.",
            isRepeated: true
        ),
        .init(
            name: "model",
            short: nil,
            value: ("MODEL", .file),
            fallback: nil,
            doc: "Of a document of another program: run this model. Without it, the one that it names."
        ),
    ]

    /// Nothing but what a document says.
    init() {
        protocols = [:]
        model = nil
    }

    init(_ arguments: ParsedArguments) throws(UsageError) {
        var protocols: [String: String] = [:]
        for text in arguments.values("protocol") {
            let words = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard words.count == 2, ["k2eg", "ca"].contains(words[0]), words[1] == "pva" else {
                throw UsageError(
                    "expected 'k2eg=pva' or 'ca=pva' behind '--protocol', found '\(Printable.text(text))'",
                    advice: "what others speak comes with later versions"
                )
            }
            protocols[words[0]] = words[1]
        }
        self.protocols = protocols
        model = arguments.value("model")
    }

    /// Whether the environment of this machine counts: what is written for others must not depend on it.
    var heedsEnvironment = true

    /// What a document in a folder does not say.
    func request(flowName: String, folder: String) -> DialectRequest {
        let servers = heedsEnvironment ? Environment.variable("EPICS_PVA_NAME_SERVERS") ?? "" : ""
        return DialectRequest(
            flowName: flowName,
            protocols: protocols,
            model: model.map { Self.path($0, from: folder) },
            hasNameServers: !servers.isEmpty
        )
    }

    /// A model as somebody names it here, for a document whose paths begin elsewhere.
    private static func path(_ model: String, from folder: String) -> String {
        let isReference = model.hasPrefix("models:/") || model.hasPrefix("runs:/")
        return folder.isEmpty || isReference ? model : WorkingFolder.path(model)
    }
}
