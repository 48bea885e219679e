/// Something wrong with what the user wrote: where it is, what was expected, what to do.
///
/// Diagnostics are collected, not thrown one at a time: `slipway validate` shows all of them.
public struct Diagnostic: Error, Sendable, Equatable {
    public enum Severity: String, Sendable {
        case warning
        case error
    }

    public struct Location: Sendable, Equatable {
        public let file: String
        public let place: Place

        public init(file: String, place: Place) {
            self.file = file
            self.place = place
        }
    }

    public let severity: Severity
    /// What kind of problem it is: the key into `slipway help errors`.
    public let kind: ProblemKind
    public let location: Location
    /// The path of the value in the document: `sources.gun.period`.
    public let path: String
    /// What was expected and what was found, in one sentence without a full stop.
    public let problem: String
    /// What to change.
    ///
    /// Empty only when the problem says it already.
    public let advice: String

    public init(
        _ kind: ProblemKind,
        severity: Severity = .error,
        at location: Location,
        path: String,
        problem: String,
        advice: String = ""
    ) {
        self.severity = severity
        self.kind = kind
        self.location = location
        // Whatever was put into a message, it stays one line that a terminal only shows.
        self.path = Printable.text(path, lengthMax: Self.lengthMax)
        self.problem = Printable.text(problem, lengthMax: Self.lengthMax)
        self.advice = Printable.text(advice, lengthMax: Self.lengthMax)
    }

    /// The same, of a value of another path.
    func moved(to path: String) -> Diagnostic {
        Diagnostic(kind, severity: severity, at: location, path: path, problem: problem, advice: advice)
    }

    /// More problems of one document than anybody mends at once: a report ends here, and nothing is spent
    /// on suggestions for the rest.
    public static let reportedMax = 200

    /// Longer than any message of ours.
    private static let lengthMax = 1200
}

/// A line and a column of a file, both counted from 1; a column is a code point.
public struct Place: Sendable, Hashable, Comparable {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static let start = Place(line: 1, column: 1)

    /// The place of a character of a text, the first being 1.
    public init(ofCharacter number: Int, in text: String) {
        var (line, column) = (1, 1)
        for scalar in text.unicodeScalars.prefix(max(0, number - 1)) {
            if scalar == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        self.init(line: line, column: column)
    }

    public static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}

extension Diagnostic: CustomStringConvertible {
    public var description: String {
        let place = "\(location.file):\(location.place.line):\(location.place.column)"
        let tail = advice.isEmpty ? "" : "\n    \(advice)"
        return "\(place): \(severity.rawValue): \(path): \(problem)\(tail)"
    }
}

extension [Diagnostic] {
    /// In the order in which a reader of the file meets them.
    public func inFileOrder() -> [Diagnostic] {
        sorted { left, right in
            (left.location.place, left.path, left.problem) < (right.location.place, right.path, right.problem)
        }
    }

    public var hasErrors: Bool { contains { $0.severity == .error } }
}
