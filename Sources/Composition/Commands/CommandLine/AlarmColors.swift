internal import Signals

extension Console.Color {
    /// The colour of an alarm, as control rooms have it; nil where all is well.
    init?(_ severity: Severity) {
        switch severity {
        case .none: return nil
        case .minor: self = .yellow
        case .major: self = .red
        case .invalid: self = .magenta
        }
    }
}
