internal import Component
internal import JSON
internal import Lifetime
internal import Manifest
internal import Models
internal import Signals

/// What the commands about process variables have in common.
enum PVOptions {
    static let timeout = CommandDeclaration.Option(
        name: "timeout",
        short: "w",
        value: ("TIME", .text),
        fallback: "5s",
        doc: "How long to wait, as '500ms' or '10s'."
    )

    /// Of what looks on for as long as somebody wants to.
    static let duration = CommandDeclaration.Option(
        name: "for",
        short: nil,
        value: ("DURATION", .text),
        fallback: nil,
        doc: "End after this time, as '10s'. Without it, Ctrl-C ends it."
    )

    static let names = CommandDeclaration.Operand(
        word: "NAME",
        kind: .text,
        count: 1...1000,
        doc: "The name of a process variable."
    )

    /// Where the names are searched is the environment's matter.
    static let searching =
        "Names are searched over PV Access as the environment of EPICS says: EPICS_PVA_ADDR_LIST, "
        + "EPICS_PVA_NAME_SERVERS and so on."

    static func timeout(_ arguments: ParsedArguments) throws(UsageError) -> Duration {
        let text = arguments.value("timeout") ?? ""
        guard let limit = Duration(shortText: text), limit > .zero, limit <= .seconds(86_400) else {
            throw UsageError(
                "expected a time up to 1d behind '--timeout', found '\(Printable.text(text))'",
                advice: "for example '500ms' or '10s'"
            )
        }
        return limit
    }

    /// Arrays are shown whole up to so many elements in a line of text.
    static let elementsShown = 32

    static func text(_ value: Value, unit: String) -> String {
        let shown = Printable.text(value.text(elementsShown: elementsShown), lengthMax: 4000)
        return unit.isEmpty ? shown : "\(shown) \(Printable.text(unit))"
    }

    /// The alarm as people read it, in its colour; empty where all is well.
    static func text(_ alarm: Alarm, _ stream: Console.Stream) -> String {
        guard alarm.severity != .none else { return "" }
        let severity = alarm.severity.description
        let shown = Console.Color(alarm.severity).map { stream.colored(severity, $0) } ?? severity
        let message = alarm.message.isEmpty ? "" : ": \(Printable.text(alarm.message))"
        return "  \(shown)\(message)"
    }

    static func json(_ name: String, _ sample: Sample, _ description: Description?) -> JSONValue {
        var object = JSONObject()
        object.add("name", .string(name))
        sample.addMembers(to: &object)
        if let description, !description.unit.isEmpty { object.add("unit", .string(description.unit)) }
        return .object(object)
    }

    static func json(_ name: String, _ failure: NodeFailure) -> JSONValue {
        [
            "name": .string(name),
            "error": ["message": .string(failure.problem), "advice": .string(failure.advice)],
        ]
    }
}
