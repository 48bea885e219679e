public import Models
internal import Signals

/// Models in files that end with `.onnx`.
public struct ONNXFormat: ModelFormat {
    public let fileEnding = ".onnx"

    public init() {}

    public func facts(of bytes: [UInt8]) throws(ModelProblem) -> ModelFacts { try ONNXFile(bytes).facts }

    public func load(_ files: LoadedFiles) throws(ModelProblem) -> any ModelRuntime {
        guard !files.companions.isEmpty else { return try ONNXRuntime(files) }
        // Every number lies within its file: the library is given nothing that it could read beyond.
        for numbers in try ONNXFile(files.bytes).external {
            let size = files.companions[numbers.location]?.count ?? 0
            guard numbers.offset <= size, numbers.count <= size - numbers.offset else {
                throw ModelProblem(
                    .broken,
                    "expected \(numbers.count) bytes of '\(numbers.tensor)' from byte \(numbers.offset) of "
                        + "'\(numbers.location)', found that the file has \(size)",
                    advice: "the file is cut, or of another model: fetch both again"
                )
            }
        }
        return try ONNXRuntime(files)
    }
}
