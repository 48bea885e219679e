internal import Catalog
internal import Component
internal import JSON

/// Prints the versions of the program and of the native libraries that are loaded.
struct VersionCommand: Command {
    static let declaration = CommandDeclaration(
        name: "version",
        summary: "Print the version, and those of the native libraries.",
        options: [.output],
        examples: [
            .init(line: "slipway version", doc: "For a report of a problem."),
            .init(line: "slipway version --output json", doc: "For a program that checks."),
        ]
    )

    private let format: OutputFormat

    init(_ arguments: ParsedArguments) { format = arguments.output }

    func run(_ console: Console) -> ExitStatus {
        let parts = Catalog.nativeParts
        var libraries = JSONObject()
        for part in parts { libraries.add(part.name, .string(part.version)) }
        let value: JSONValue = ["slipway": .string(ProductVersion.text), "libraries": .object(libraries)]
        console.report(value, as: format) {
            console.output.print("slipway \(ProductVersion.text)")
            for part in parts { console.output.print("  \(part.name) \(part.version)") }
        }
        return .done
    }
}
