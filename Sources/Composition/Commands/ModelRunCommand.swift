internal import Host
internal import JSON
internal import Lifetime
internal import Manifest
internal import Models
internal import Signals

/// Runs a model once, on values that a file holds.
struct ModelRunCommand: Command {
    static let declaration = CommandDeclaration(
        name: "model run",
        summary: "Run a model on inputs from a file.",
        details: "The inputs are one JSON object from their names to numbers or nested arrays: "
            + "{\"x\": [[1, 2, 3], [4, 5, 6]], \"gain\": 0.5}. A number, or a row of fewer dimensions than the input, "
            + "is repeated along the batch. What has a default or a constant may be left out.\n\n"
            + "Prints {\"outputs\": {NAME: {\"datatype\", \"shape\", \"data\"}}}, the elements one after the other.",
        options: [
            .init(
                name: "input",
                short: "i",
                value: ("FILE", .file),
                fallback: "-",
                doc: "A file with the inputs, or '-' for standard input."
            ),
            .init(
                name: "timeout",
                short: nil,
                value: ("TIME", .text),
                fallback: nil,
                doc: "Stop after this time, as '500ms' or '10s'. Without it the model may take as long as it needs."
            ), ModelOptions.models, .output,
        ],
        operand: ModelOptions.operand,
        examples: [
            .init(line: "slipway model run beam.onnx --input row.json", doc: "Run on a file."),
            .init(line: "echo '{\"x\": [1, 2, 3]}' | slipway model run beam.onnx", doc: "Run on standard input."),
        ]
    )

    private let library: ModelLibrary
    private let model: String
    private let input: String
    private let limit: Duration?
    private let format: OutputFormat

    /// More than anybody writes as JSON.
    private static let inputSizeMax = 1 << 30

    init(_ arguments: ParsedArguments) throws(UsageError) {
        library = ModelOptions.library(arguments)
        model = arguments.operands[0]
        input = arguments.value("input") ?? "-"
        format = arguments.output
        limit = try ModelOptions.timeout(arguments)
    }

    func run(_ console: Console) -> ExitStatus {
        do throws(ModelProblem) {
            let opened = try library.open(model)
            let object = try readInput()
            let tensors = try opened.signature.tensors(object, label: opened.label)
            for excess in opened.signature.excesses(of: tensors) { warn(excess, console) }
            let runtime = try opened.load()
            let outputs = try runtime.run(tensors, until: limit.map { RunStop(after: $0) } ?? .never)
            let count = outputs.tensors.reduce(0.0) { $0 + Double($1?.count ?? 0) }
            guard count <= Double(TensorReader.elementsMax) else {
                throw ModelProblem(
                    .tooLarge,
                    "expected at most \(TensorReader.elementsMax) elements in all outputs of '\(opened.label)', "
                        + "found \(Int(count))",
                    advice: "give it fewer rows at once"
                )
            }
            let value: JSONValue = ["outputs": .object(outputs.json)]
            console.report(value, as: format) { console.output.print(JSONWriter.text(of: value, layout: .spaced)) }
            let others = opened.signature.outputs.filter { $0.elementType == nil }
            for other in others { warn("'\(other.name)' is left out: it is no tensor, but a \(other.text)", console) }
            return .done
        } catch {
            return console.report(error, of: Self.declaration.name, as: format)
        }
    }

    private func warn(_ text: String, _ console: Console) {
        console.errors.print("slipway model run: warning: \(Printable.text(text, lengthMax: 600))")
    }

    private func readInput() throws(ModelProblem) -> JSONObject {
        let name = input == "-" ? "<stdin>" : input
        let bytes: [UInt8]
        do throws(FileRefusal) {
            bytes = try FileReading.bytes(ofOperand: input, sizeMax: Self.inputSizeMax)
        } catch {
            throw ModelProblem(
                .badInput,
                "expected inputs, found that '\(name)' \(error.reason)",
                advice: "'-' reads standard input"
            )
        }
        do throws(JSONError) {
            let limits = JSONLimits(sizeMax: Self.inputSizeMax)
            // The mark of UTF-8 that some editors write.
            let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
            let text = hasMark ? Array(bytes.dropFirst(3)) : bytes
            guard case .object(let object) = try JSONReader.value(of: text, limits: limits) else {
                throw JSONError(offset: 0, problem: "expected an object from the names of inputs to their values")
            }
            return object
        } catch {
            throw ModelProblem(
                .badInput,
                "\(name): byte \(error.offset + 1): \(error.problem)",
                advice: "for example {\"x\": [1, 2, 3]}; 'slipway model show' lists the inputs"
            )
        }
    }
}

extension NamedTensors {
    /// Each under its name; what has no value is null.
    fileprivate var json: JSONObject {
        zip(names, tensors).reduce(into: JSONObject()) { object, output in
            object.add(output.0, output.1?.json ?? .null)
        }
    }
}
