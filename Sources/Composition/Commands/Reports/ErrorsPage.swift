internal import Manifest

/// What messages look like and what each kind of problem means: `slipway help errors`.
enum ErrorsPage {
    static var text: String {
        var text = """
            A message says where the problem is, what was expected, what was found, and below that
            what to do:

              injector.yaml:4:12: error: sources.machine.max_age: expected a duration of 1ms to 1d, found '5 parsecs'
                  the units are ns, us, ms, s, m, h and d: 'max_age: 5s'

            file, line, column (both from 1), severity, the path of the value in the document. An error
            keeps a flow from running; a warning does not. All problems of a file are shown at once, in
            the order of its lines; only a text that is no YAML ends at its first mistake.
            'slipway validate --output json' gives the same with the kind of each problem.

            kinds of problems:

            """
        for kind in ProblemKind.allCases {
            text += "\n  \(kind.rawValue)\n" + HelpText.wrapped(kind.explanation, indent: 6)
        }
        text += "\nexit status:\n\n"
        for status in ExitStatus.allCases { text += "  \(status.rawValue)  \(status.meaning)\n" }
        return text
    }
}
