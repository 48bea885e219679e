internal import Catalog
internal import Host
internal import JSON

/// Looks at the native parts and at the machine, and says what to do.
struct DoctorCommand: Command {
    static let declaration = CommandDeclaration(
        name: "doctor",
        summary: "Check the native parts and the machine; say what to do.",
        details: "Looks and changes nothing; touches no network. Ends with 1 if something keeps Slipway from working.",
        options: [.output],
        examples: [.init(line: "slipway doctor", doc: "The first thing to try when something is odd.")]
    )

    private let format: OutputFormat

    init(_ arguments: ParsedArguments) { format = arguments.output }

    func run(_ console: Console) -> ExitStatus {
        let findings = Diagnosis.findings(
            parts: Catalog.nativeParts,
            machine: .live(),
            environment: { Environment.variable($0) },
            loadedFrom: Machine.loadedLibrary
        )
        console.report(["findings": .array(findings.map(\.json))], as: format) {
            for finding in findings { print(finding, console.output) }
        }
        return findings.contains { $0.verdict == .problem } ? .problemsFound : .done
    }

    private func print(_ finding: Finding, _ stream: Console.Stream) {
        let color: Console.Color =
            switch finding.verdict {
            case .fine: .green
            case .warning: .yellow
            case .problem: .red
            }
        let verdict = finding.verdict.rawValue
        let padding = String(repeating: " ", count: 8 - verdict.count)
        stream.print("\(stream.colored(verdict, color))\(padding)\(finding.subject): \(finding.found)")
        if !finding.advice.isEmpty { stream.print("            \(finding.advice)") }
    }
}
