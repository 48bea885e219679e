internal import BasicComponents
public import Component
internal import Dialects
public import Flow
internal import FolderStore
public import HTTP
internal import HTTPClient
internal import HTTPServer
public import Lifetime
public import Manifest
public import Models
internal import ONNX
internal import PVAccess

/// All that this program is made of: the only place that names concrete components.
public enum Catalog {
    /// What nodes can be, without a look at any model.
    public static let nodeTypes = nodeTypes(models: nil)

    /// What nodes can be, sorted by role, then by name; `models` opens the models of a flow.
    public static func nodeTypes(models: ModelLibrary?) -> [NodeType] { makers(models: models).map(\.type) }

    /// The sink that writes what `replay` reads.
    public static var recorder: NodeType { .recorder }

    /// How nodes are made, in the same order.
    public static func makers(models: ModelLibrary?) -> [NodeMaker] {
        [
            .source(.clock) { section, _ in ClockSource(ClockSourceConfig(&section)) },
            .source(.pvaSource) { section, _ in PVASource(PVASourceConfig(&section)) },
            .source(.pvaServerSource) { section, context in
                PVAServerSource(PVAServerSourceConfig(&section), context)
            },
            .source(.replay) { section, context in ReplaySource(ReplaySourceConfig(&section), context) },
            .source(.requestSource) { section, _ in
                RequestSource(RequestSourceConfig(&section), service: Catalog.serve)
            },
            .step(.formula) { section, context throws(NodeFailure) in
                try FormulaStep(FormulaTransformConfig(&section), context)
            },
            .step(.image) { section, context in ImageStep(ImageStepConfig(&section), context) },
            .step(.model(models)) { section, context throws(NodeFailure) in
                guard let models else { throw NodeFailure("expected models that may be opened, found that none may") }
                return try ModelStep(ModelStepConfig(&section), context, models)
            },
            .step(.pass) { _, context in PassStep(context) },
            .sink(.consoleSink) { _, context in ConsoleSink(context) },
            .sink(.pvaSink) { section, context in PVASink(PVASinkConfig(&section), context) },
            .sink(.pvaServerSink) { section, context in PVAServerSink(PVAServerSinkConfig(&section), context) },
            .sink(.recorder) { section, context in RecorderSink(RecorderSinkConfig(&section), context) },
            .sink(.requestSink) { section, _ in RequestSink(RequestSinkConfig(&section), service: Catalog.serve) },
        ]
    }

    /// The other programs whose flows are read as well.
    public static var dialects: [any FlowDialect] { [PolyLithic(), ModelManager()] }

    /// The process variables that a command line may name.
    public static var processVariables: any ProcessVariables { PVAVariables() }

    /// The recordings that a command line may name.
    public static var recordings: any Recordings { RecordingFiles() }

    /// Whoever makes calls to other servers.
    public static var httpCaller: any HTTPCaller { HTTPClient() }

    /// Answers requests until `stop` is given; `ready` is told where, once.
    public static func serve(
        _ routes: HTTPRoutes,
        address: String,
        port: UInt16,
        until stop: StopSignal,
        ready: @escaping @Sendable (_ url: String) -> Void
    ) async throws(NodeFailure) {
        let server = HTTPServer(address: address, port: port, grace: .seconds(2), routes: routes)
        let end = RunStop()
        let failure = await withTaskGroup(of: NodeFailure?.self) { group in
            group.addTask {
                do throws(HTTPServerProblem) { try await server.run(until: end) { ready($0.url) } } catch {
                    return NodeFailure(error.problem, advice: error.advice)
                }
                return nil
            }
            group.addTask {
                await stop.wait()
                end.stop(.cancelled)
                return nil
            }
            let first = await group.next() ?? nil
            if first != nil { group.cancelAll() }
            let second = await group.next() ?? nil
            return first ?? second
        }
        if let failure { throw failure }
    }

    /// The native libraries, with the versions that are loaded.
    public static var nativeParts: [NativePart] {
        let yaml = NativePart(
            name: "libyaml",
            version: YAMLReader.libraryVersion,
            fileNamePart: "libyaml-0.so",
            isCompatible: YAMLReader.libraryVersion.hasPrefix("0.2."),
            licence: "MIT"
        )
        return [yaml] + PVAccessLibrary.nativeParts + ONNXLibrary.nativeParts + HTTPServerLibrary.nativeParts
            + HTTPClientLibrary.nativeParts
    }

    /// Where this program finds models: files and folders, and the folder of models, if there is one.
    ///
    /// Relative paths begin at `folder`.
    public static func models(pathsFrom folder: String, models: String?) -> ModelLibrary {
        let formats: [any ModelFormat] = [ONNXFormat()]
        let store = FolderStore(pathsFrom: folder, models: models, fileEndings: formats.map(\.fileEnding))
        return ModelLibrary(stores: [store], formats: formats)
    }
}
