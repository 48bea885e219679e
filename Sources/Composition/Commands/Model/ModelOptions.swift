internal import Catalog
internal import Host
internal import JSON
internal import Manifest
internal import Models

/// What the commands about models have in common.
enum ModelOptions {
    static let models = CommandDeclaration.Option(
        name: "models",
        short: nil,
        value: ("FOLDER", .file),
        fallback: nil,
        doc: "Where 'models:/NAME/VERSION' is looked for, as FOLDER/NAME/VERSION/model.onnx. "
            + "Without it SLIPWAY_MODELS says."
    )

    static let operand = CommandDeclaration.Operand(
        word: "MODEL",
        kind: .file,
        count: 1...1,
        doc: "A file, a folder with a model or with versions of one, or 'models:/NAME/VERSION'."
    )

    /// The time behind `--timeout`; nil without it.
    static func timeout(_ arguments: ParsedArguments) throws(UsageError) -> Duration? {
        guard let text = arguments.value("timeout") else { return nil }
        guard let limit = Duration(shortText: text), limit > .zero else {
            throw UsageError(
                "expected a time behind '--timeout', found '\(Printable.text(text))'",
                advice: "for example '500ms' or '10s'"
            )
        }
        return limit
    }

    /// The models that a command line may name.
    static func library(_ arguments: ParsedArguments) -> ModelLibrary {
        Catalog.models(pathsFrom: "", models: folder(arguments))
    }

    /// The folder of models.
    static func folder(_ arguments: ParsedArguments) -> String? {
        let named = arguments.value("models") ?? Environment.variable("SLIPWAY_MODELS")
        return named.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension Console {
    /// Says what is wrong with a model.
    func report(_ problem: ModelProblem, of command: String, as format: OutputFormat) -> ExitStatus {
        report(
            [
                "error": [
                    "code": .string(problem.code.rawValue), "message": .string(problem.problem),
                    "advice": .string(problem.advice),
                ]
            ],
            as: format
        ) {
            let advice = problem.advice.isEmpty ? "" : "\n    \(Printable.text(problem.advice, lengthMax: 1200))"
            errors.print("slipway \(command): \(Printable.text(problem.problem, lengthMax: 1200))\(advice)")
        }
        return .problemsFound
    }
}
