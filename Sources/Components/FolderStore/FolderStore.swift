internal import Glibc
internal import Host
internal import JSON
public import Models

/// Models in files and folders.
///
/// A reference that is a path leads to a file, to a folder with one model in it, or to a folder of versions
/// (`1/model.onnx`, `2/model.onnx`), of which the highest counts. Names and versions are looked for in the folder of
/// models, as `NAME/VERSION/`; aliases in `NAME/aliases.json`.
public struct FolderStore: ModelStore {
    /// Where relative paths begin; empty for the working directory.
    private let folder: String
    /// The folder of models; nil when there is none.
    private let models: String?
    private let fileEndings: [String]

    public init(pathsFrom folder: String, models: String?, fileEndings: [String]) {
        self.folder = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
        self.models = models
        self.fileEndings = fileEndings
    }

    /// Files in a folder that are looked at.
    private static let entriesMax = 1_000_000

    public func find(_ reference: ModelReference) throws(ModelProblem) -> StoredModel? {
        switch reference {
        case .path(let path): return try model(at: path.hasPrefix("/") ? path : folder + path, shown: path)
        case .version(let name, let version):
            guard let models else { return nil }
            return try model(name, version, in: models)
        case .alias(let name, let alias):
            guard let models else { return nil }
            return try model(name, try Self.version(of: alias, name, in: models), in: models)
        case .run: return nil
        }
    }

    private func model(_ name: String, _ version: String, in models: String) throws(ModelProblem) -> StoredModel {
        guard Self.isFolder(models) else {
            throw ModelProblem(
                .notFound,
                "expected a folder of models, found that '\(models)' is none",
                advice: "it holds NAME/VERSION/model.onnx; '--models FOLDER' and SLIPWAY_MODELS name it"
            )
        }
        let path = try "\(models)/\(Self.inside(name))/\(Self.inside(version))"
        guard Self.isFolder(path) else {
            let versions = Self.entries("\(models)/\(name)").filter { Self.isFolder("\(models)/\(name)/\($0)") }
            throw ModelProblem(
                .notFound,
                "expected version '\(version)' of '\(name)' in '\(models)', found none",
                advice: versions.isEmpty
                    ? "there is no folder '\(name)' with versions" : "the versions are \(Self.listed(versions))"
            )
        }
        return try model(inFolder: path, shown: "\(name)/\(version)", version: version)
    }

    /// A name that leads nowhere else.
    private static func inside(_ name: String) throws(ModelProblem) -> String {
        guard isPlain(name) else {
            throw ModelProblem(.badReference, "expected the name of a model, found '\(name)', which is a path")
        }
        return name
    }

    /// Whether a path stays below where it begins, byte by byte: letters may melt into the slash before them.
    private static func isPlain(_ path: String) -> Bool {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return !path.utf8.contains(0)
            && parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
    }

    private static func version(of alias: String, _ name: String, in models: String) throws(ModelProblem) -> String {
        let path = try "\(models)/\(inside(name))/aliases.json"
        let example = "it holds one JSON object, as {\"\(alias)\": \"1\"}"
        let bytes: [UInt8]
        do throws(FileRefusal) {
            bytes = try FileReading.bytes(of: path, sizeMax: 1 << 20)
        } catch {
            throw ModelProblem(
                .notFound,
                "expected the aliases of '\(name)', found that '\(path)' \(error.reason)",
                advice: example
            )
        }
        guard case .object(let aliases)? = try? JSONReader.value(of: bytes) else {
            throw ModelProblem(.badReference, "expected aliases in '\(path)', found another text", advice: example)
        }
        switch aliases[alias] {
        case .string(let version): return version
        case .integer(let version): return "\(version)"
        default:
            throw ModelProblem(
                .notFound,
                "expected the alias '\(alias)' in '\(path)', found none",
                advice: aliases.members.isEmpty ? example : "the aliases are \(listed(aliases.members.map(\.name)))"
            )
        }
    }
}

// Files and folders.
extension FolderStore {
    private func model(at path: String, shown: String) throws(ModelProblem) -> StoredModel {
        guard Self.isFolder(path) else {
            guard Self.exists(path) else {
                throw ModelProblem(
                    .notFound,
                    "expected a model, found that '\(shown)' does not exist",
                    advice: "check the path"
                )
            }
            let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
            let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
            return stored(folder: slash.map { String(path[...$0]) } ?? "", name, label: shown, version: nil)
        }
        let versions = Self.entries(path).compactMap { name in
            Int(name).flatMap { $0 >= 0 && Self.isFolder("\(path)/\(name)") ? (number: $0, name: name) : nil }
        }
        if let latest = versions.max(by: { $0.number < $1.number }) {
            return try model(inFolder: "\(path)/\(latest.name)", shown: "\(shown)/\(latest.name)", version: latest.name)
        }
        return try model(inFolder: path, shown: shown, version: nil)
    }

    /// The one model of a folder.
    private func model(inFolder path: String, shown: String, version: String?) throws(ModelProblem) -> StoredModel {
        let files = Self.entries(path).filter { name in fileEndings.contains { name.hasSuffix($0) } }
        let named = files.filter { name in fileEndings.contains { name == "model\($0)" } }
        guard let name = named.first ?? (files.count == 1 ? files[0] : nil) else {
            let endings = fileEndings.map { "'\($0)'" }.joined(separator: " or ")
            throw ModelProblem(
                .notFound,
                "expected one file that ends with \(endings) in '\(shown)', found \(files.count)",
                advice: files.isEmpty
                    ? "the folder holds \(Self.listed(Self.entries(path)))" : "name the file: \(Self.listed(files))"
            )
        }
        return stored(folder: path + "/", name, label: shown, version: version)
    }

    private func stored(folder: String, _ name: String, label: String, version: String?) -> StoredModel {
        StoredModel(
            label: label,
            version: version,
            fileName: name,
            read: { file throws(ModelProblem) in
                try file == name ? Self.main(folder + name, label) : Self.companion(file, of: label, in: folder)
            },
            annotate: { signature throws(ModelProblem) in try SignatureFile.annotate(signature, model: folder + name) }
        )
    }

    private static func main(_ path: String, _ label: String) throws(ModelProblem) -> [UInt8] {
        do throws(FileRefusal) {
            return try FileReading.bytes(of: path, sizeMax: mainSizeMax)
        } catch {
            let code: ModelProblem.Code = error.reason == "does not exist" ? .notFound : .unreadable
            throw ModelProblem(
                code,
                "expected a model, found that '\(label)' \(error.reason)",
                advice: "check the path"
            )
        }
    }

    /// More than a model's file can be, and than its numbers beside it are.
    private static let mainSizeMax = 2 << 30
    private static let companionSizeMax = 64 << 30

    /// A file beside a model, which must lie in its folder, whatever links say.
    private static func companion(_ name: String, of label: String, in folder: String) throws(ModelProblem) -> [UInt8] {
        guard isPlain(name) else {
            throw ModelProblem(
                .outside,
                "expected the numbers of '\(label)' in its folder, found that it asks for '\(name)'",
                advice: "a model may use files of its own folder alone: export it again, or do not trust it"
            )
        }
        let root = folder.isEmpty ? "." : folder
        guard let real = realPath(folder + name), let home = realPath(root) else {
            throw ModelProblem(
                .notFound,
                "expected the numbers of '\(label)' in '\(name)', found that the file \(FileReading.reason(errno))",
                advice: "it belongs beside the model: fetch both"
            )
        }
        func isInside(_ path: String) -> Bool { path.utf8.starts(with: (home == "/" ? home : home + "/").utf8) }
        guard isInside(real) else {
            throw ModelProblem(
                .outside,
                "expected the numbers of '\(label)' in its folder, found that '\(name)' is a link that leads out of it",
                advice: "copy the file into the folder of the model"
            )
        }
        do throws(FileRefusal) {
            return try FileReading.bytes(of: real, sizeMax: companionSizeMax, whereOpened: isInside)
        } catch {
            throw ModelProblem(
                .unreadable,
                "expected the numbers of '\(label)' in '\(name)', found that it \(error.reason)"
            )
        }
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a folder, sorted; none when it cannot be read.
    private static func entries(_ path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while names.count < entriesMax, let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func listed(_ names: [String]) -> String {
        guard !names.isEmpty else { return "nothing" }
        let more = names.count > 12 ? " and \(names.count - 12) more" : ""
        return names.prefix(12).joined(separator: ", ") + more
    }
}
