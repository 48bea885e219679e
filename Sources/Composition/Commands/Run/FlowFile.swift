internal import Catalog
internal import Host
internal import Manifest
internal import Models

/// A file that holds a flow, in our words or in those of another program, and what the command line says about it.
struct FlowFile: Sendable {
    let path: String
    let modelFolder: String?
    var dialect: DialectOptions

    init(_ path: String, modelFolder: String?, dialect: DialectOptions = DialectOptions()) {
        self.path = path
        self.modelFolder = modelFolder
        self.dialect = dialect
    }

    /// A file that a command line names, with what else it says about it.
    init(_ path: String, _ arguments: ParsedArguments) throws(UsageError) {
        self.init(path, modelFolder: ModelOptions.folder(arguments), dialect: try DialectOptions(arguments))
    }

    /// The name of the file in messages.
    var name: String { path == "-" ? "<stdin>" : Printable.text(path) }

    var folder: String { Expansion.folder(ofDocument: path) }

    /// The models that it may name.
    var models: ModelLibrary { Catalog.models(pathsFrom: folder, models: modelFolder) }

    /// Reads it; `isGranted` says whether it may ask for something from outside, and have models opened.
    func read(_ types: [NodeType], isGranted: Bool = true) -> FlowReader.Result {
        readWithText(types, isGranted: isGranted).result
    }

    /// Reads it, and says what stands in it.
    func readWithText(_ types: [NodeType], isGranted: Bool = true) -> (result: FlowReader.Result, text: String) {
        do throws(FileRefusal) {
            let bytes = try FileReading.bytes(ofOperand: path)
            let reader = FlowReader(
                types: types,
                expansion: isGranted ? .granted(toDocument: path) : .refused,
                dialects: Catalog.dialects,
                request: dialect.request(flowName: flowName, folder: folder)
            )
            return (reader.read(bytes, file: name), String(decoding: bytes, as: UTF8.self))
        } catch {
            let diagnostic = Diagnostic(
                .unreadableFile,
                at: .init(file: name, place: .start),
                path: "file",
                problem: "expected a flow document, found that '\(name)' \(error.reason)",
                advice: "check the path; '-' reads standard input"
            )
            return (FlowReader.Result(flow: nil, diagnostics: [diagnostic]), "")
        }
    }

    /// What a flow is called whose document does not say it: as its file.
    private var flowName: String {
        let file = path.split(separator: "/").last.map(String.init) ?? ""
        let stem = file.split(separator: ".").first.map(String.init) ?? ""
        return FieldKind<String>.name(of: stem, beginning: "flow")
    }
}
