internal import JSON
internal import Lifetime
internal import Manifest
internal import Models
internal import Signals

/// Runs a model on made-up inputs of every size that it lets open.
struct ModelCheckCommand: Command {
    static let declaration = CommandDeclaration(
        name: "model check",
        summary: "Run a model on random inputs of every open size; print timings.",
        details: "Loads the model and runs it on random inputs: within the ranges of the signature where it has some, "
            + "else from -1 to 1, whole numbers 0 or 1. All open sizes are 1, then 2, 8 and 64; each named size is 3 "
            + "by itself. Ends with 1 if a run fails.",
        options: [
            .init(
                name: "seed",
                short: nil,
                value: ("NUMBER", .text),
                fallback: "1",
                doc: "Which random inputs: the same for the same number."
            ),
            .init(
                name: "timeout",
                short: nil,
                value: ("TIME", .text),
                fallback: "60s",
                doc: "The longest that one run may take."
            ), ModelOptions.models, .output,
        ],
        operand: ModelOptions.operand,
        examples: [.init(line: "slipway model check beam.onnx", doc: "Try a model before a flow uses it.")]
    )

    private let library: ModelLibrary
    private let model: String
    private let seed: UInt64
    private let limit: Duration?
    private let format: OutputFormat

    init(_ arguments: ParsedArguments) throws(UsageError) {
        library = ModelOptions.library(arguments)
        model = arguments.operands[0]
        format = arguments.output
        limit = try ModelOptions.timeout(arguments)
        let text = arguments.value("seed") ?? ""
        guard let seed = UInt64(text) else {
            throw UsageError("expected a whole number behind '--seed', found '\(Printable.text(text))'")
        }
        self.seed = seed
    }

    /// What came of one choice of sizes.
    private struct Trial {
        let sizes: String
        var shapes: [[Int]] = []
        var problem: ModelProblem?
        var outputs: NamedTensors?
        /// Of one run: the median of several.
        var time: Duration = .zero
    }

    func run(_ console: Console) -> ExitStatus {
        let clock = ContinuousClock()
        do throws(ModelProblem) {
            let opened = try library.open(model)
            let start = clock.now
            let runtime = try opened.load()
            let loading = start.duration(to: clock.now)
            // What is measured below are runs like any other.
            try? runtime.warmUp()
            var random = RandomInputs(seed: seed)
            let trials = Self.sizes(opened.signature).map { tried($0, runtime, label: opened.label, &random, clock) }
            report(opened.label, loading, trials, console)
            return trials.contains { $0.problem != nil } ? .problemsFound : .done
        } catch {
            return console.report(error, of: Self.declaration.name, as: format)
        }
    }

    /// Which sizes the open dimensions have: all alike, then each name by itself.
    private static func sizes(_ signature: ModelSignature) -> [(text: String, all: Int, name: String?)] {
        var names: [String] = []
        var isOpen = false
        for dimension in signature.inputs.flatMap({ $0.shape ?? [.free] }) {
            switch dimension {
            case .fixed: break
            case .free: isOpen = true
            case .symbol(let name):
                isOpen = true
                // No more names are tried by themselves.
                if names.count < Self.namesMax, !names.contains(name) { names.append(name) }
            }
        }
        guard isOpen else { return [("as it is", 1, nil)] }
        let single = names.count > 1 ? names.map { ("\($0) = 3, others 1", 1, Optional($0)) } : []
        return [1, 2, 8, 64].map { ("all \($0)", $0, nil) } + single
    }

    private func tried(
        _ sizes: (text: String, all: Int, name: String?),
        _ runtime: any ModelRuntime,
        label: String,
        _ random: inout RandomInputs,
        _ clock: ContinuousClock
    ) -> Trial {
        var trial = Trial(sizes: sizes.text)
        do throws(ModelProblem) {
            var inputs = NamedTensors()
            for input in runtime.signature.inputs where !input.isOptional {
                let shape = (input.shape ?? [.free]).map { dimension in
                    switch dimension {
                    case .fixed(let size): size
                    case .symbol(let name): name == sizes.name ? 3 : sizes.all
                    case .free: sizes.all
                    }
                }
                trial.shapes.append(shape)
                guard shape.reduce(1.0, { $0 * Double($1) }) <= Self.elementsMax else {
                    throw ModelProblem(
                        .tooLarge,
                        "expected at most \(Int(Self.elementsMax)) elements of '\(input.name)', "
                            + "found the shape \(shape)"
                    )
                }
                inputs.add(input.name, try random.tensor(input, shape: shape))
            }
            trial.outputs = try runtime.run(inputs, until: RunStop(after: limit))
            trial.time = try measured(runtime, inputs, clock)
        } catch {
            trial.problem = error
        }
        return trial
    }

    private static let elementsMax = 1e8
    private static let runsMax = 200
    private static let namesMax = 8

    /// The median of as many runs as fit a moment.
    private func measured(
        _ runtime: any ModelRuntime,
        _ inputs: NamedTensors,
        _ clock: ContinuousClock
    ) throws(ModelProblem) -> Duration {
        var times: [Duration] = []
        let end = clock.now.advanced(by: .milliseconds(200))
        repeat {
            let start = clock.now
            _ = try runtime.run(inputs, until: RunStop(after: limit))
            times.append(start.duration(to: clock.now))
        } while clock.now < end && times.count < Self.runsMax
        return times.sorted()[times.count / 2]
    }
}

// Reports.
extension ModelCheckCommand {
    private func report(_ label: String, _ loading: Duration, _ trials: [Trial], _ console: Console) {
        let failed = trials.count { $0.problem != nil }
        let value: JSONValue = [
            "model": .string(label), "load_ms": JSONValue(double: loading.milliseconds),
            "seed": Int64(exactly: seed).map { .integer($0) } ?? .unsigned(seed),
            "runs": .array(trials.map(Self.json)),
        ]
        console.report(value, as: format) {
            console.output.print("\(Printable.text(label)): loaded in \(Self.text(loading)), inputs of seed \(seed)")
            for trial in trials { console.output.print("  " + Self.text(trial)) }
            console.output.print(failed == 0 ? "all \(trials.count) ran" : "\(failed) of \(trials.count) failed")
        }
    }

    private static func json(_ trial: Trial) -> JSONValue {
        var object = JSONObject()
        object.add("sizes", .string(trial.sizes))
        object.add("inputs", .array(trial.shapes.map { .array($0.map { .integer(Int64($0)) }) }))
        if let problem = trial.problem {
            object.add("error", ["code": .string(problem.code.rawValue), "message": .string(problem.problem)])
        } else {
            object.add("time_us", JSONValue(double: (trial.time.milliseconds * 1e6).rounded() / 1000))
            object.add("not_finite", .integer(Int64(notFinite(trial.outputs))))
        }
        return .object(object)
    }

    private static func text(_ trial: Trial) -> String {
        let shapes = trial.shapes.map { "\($0)" }.joined(separator: " ")
        let head = "\(trial.sizes): \(Printable.text(shapes, lengthMax: 200))"
        if let problem = trial.problem { return "\(head): \(Printable.text(problem.problem, lengthMax: 600))" }
        let bad = notFinite(trial.outputs)
        return "\(head): \(text(trial.time))" + (bad > 0 ? ", \(bad) values are not finite" : "")
    }

    private static func notFinite(_ outputs: NamedTensors?) -> Int {
        (outputs?.tensors ?? []).reduce(0) { sum, tensor in
            guard let tensor, [.float32, .float64, .float16, .bfloat16].contains(tensor.elementType) else { return sum }
            return sum + (0..<tensor.count).count { tensor.number(at: $0)?.isFinite == false }
        }
    }

    /// Three digits with a unit.
    private static func text(_ time: Duration) -> String {
        let (value, unit) = time < .milliseconds(1) ? (time.milliseconds * 1000, "us") : (time.milliseconds, "ms")
        let digits = value < 10 ? 100.0 : value < 100 ? 10 : 1
        let rounded = (value * digits).rounded() / digits
        return digits == 1 ? "\(Int(rounded)) \(unit)" : "\(rounded) \(unit)"
    }
}

extension Duration {
    fileprivate var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
    }
}
