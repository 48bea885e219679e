internal import BasicComponents
public import Component
internal import FolderStore
internal import HTTPServer
public import Manifest
public import Models
internal import ONNX
internal import PVAccess

/// All that this program is made of: the only place that names concrete components.
public enum Catalog {
    /// What nodes can be, without a look at any model.
    public static let nodeTypes = nodeTypes(models: nil)

    /// What nodes can be, sorted by role, then by name; `models` opens the models of a flow.
    public static func nodeTypes(models: ModelLibrary?) -> [NodeType] {
        [
            .pvaSource,
            .formula,
            .model(models),
            .pass,
            .consoleSink,
            .pvaServerSink,
        ]
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
