internal import JSON
internal import Manifest
internal import Models
internal import Signals

/// Prints what `/trace` answers, for people.
struct TraceText {
    private let console: Console
    /// Lines that have been printed.
    private var printed: Set<Int> = []
    private var lines: [JSONObject] = []

    /// Deeper than anybody follows by eye: what lies below is in the JSON.
    private static let depthMax = 60

    init(_ console: Console) { self.console = console }

    /// False where it is another answer.
    mutating func print(_ answer: JSONValue) -> Bool {
        guard case .object(let object) = answer else { return false }
        if case .array(let lines)? = object["lines"] {
            self.lines = lines.compactMap { if case .object(let line) = $0 { line } else { nil } }
            guard !self.lines.isEmpty else { return false }
            tell(0, heading: "", margin: "")
            if case .integer(let count)? = object["left_out"], count > 0 {
                console.output.print("and \(count) more, which are left out")
            }
            return true
        }
        guard case .array(let evaluations)? = object["evaluations"] else { return false }
        for case .object(let evaluation) in evaluations { tell(evaluation) }
        if evaluations.isEmpty { console.output.print("nothing has been evaluated yet") }
        return true
    }

    private func tell(_ evaluation: JSONObject) {
        console.output.print(
            console.output.colored("\(evaluation.text("evaluated")) \(evaluation.text("id"))", .bold)
        )
        guard case .array(let changes)? = evaluation["changes"] else { return }
        for case .object(let change) in changes {
            console.output.print("  \(change.text("signal")) = \(value(change))")
        }
    }

    /// One line with all that it was made of below.
    private mutating func tell(_ number: Int, heading: String, margin: String) {
        let line = lines[number]
        let name = console.output.colored(line.text("signal"), .bold)
        guard printed.insert(number).inserted else {
            return console.output.print("\(heading)\(name) (above)")
        }
        console.output.print("\(heading)\(name) = \(value(line))")
        var inputs: [JSONObject] = []
        if case .array(let given)? = line["inputs"] {
            inputs = given.compactMap { if case .object(let input) = $0 { input } else { nil } }
        }
        let rule = margin + (inputs.isEmpty ? "    " : "│   ")
        for detail in details(line) { console.output.print(rule + detail) }
        for (index, input) in inputs.enumerated() {
            let isLast = index == inputs.count - 1
            let branch = margin + (isLast ? "└── " : "├── ") + (input["delayed"] == true ? "before: " : "")
            guard case .integer(let place)? = input["line"], lines.indices.contains(Int(place)) else {
                console.output.print("\(branch)\(input.text("signal")) (not remembered)")
                continue
            }
            guard margin.count < Self.depthMax * 4 else {
                console.output.print("\(branch)\(input.text("signal")) (more in '--output json')")
                continue
            }
            tell(Int(place), heading: branch, margin: margin + (isLast ? "    " : "│   "))
        }
    }

    /// What else is known of a line.
    private func details(_ line: JSONObject) -> [String] {
        var details = ["\(line.text("node")), \(line.text("type"))"]
        if line["formula"] != nil { details[0] += ": \(line.text("formula"))" }
        if line["model"] != nil { details.append("model \(line.text("model"))") }
        let evaluated = line["evaluated"] == .null ? "before what is remembered" : line.text("evaluated")
        details.append("measured \(line.text("stamp")), evaluated \(evaluated)")
        if line["id"] != nil { details.append("evaluation \(line.text("id"))") }
        return details
    }

    private func value(_ line: JSONObject) -> String {
        var text: String
        if line["cut"] != nil {
            text = line.text("cut") + " (too large to be remembered)"
        } else {
            text = Printable.text(Sample(shown: line).value.text(elementsShown: 16), lengthMax: 1000)
        }
        let alarm = Alarm(json: line)
        guard let color = Console.Color(alarm.severity) else { return text }
        let message = alarm.message.isEmpty ? "" : ": \(Printable.text(alarm.message, lengthMax: 400))"
        text += "  " + console.output.colored("\(alarm.severity)\(message)", color)
        return text
    }
}

extension JSONObject {
    /// A member as text that a terminal may see; empty where there is none.
    fileprivate func text(_ name: String) -> String {
        if case .string(let text)? = self[name] { Printable.text(text, lengthMax: 2000) } else { "" }
    }
}
