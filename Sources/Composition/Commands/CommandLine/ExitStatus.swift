/// What a process says by its end.
public enum ExitStatus: Int32, Sendable, CaseIterable {
    case done = 0
    case problemsFound = 1
    case wrongUsage = 64
    case ourBug = 70
    case tryAgain = 75

    var meaning: String {
        switch self {
        case .done: "done"
        case .problemsFound: "problems were found, or the work failed"
        case .wrongUsage: "the command line is wrong"
        case .ourBug: "a mistake in Slipway itself; please report it"
        case .tryAgain: "something outside is not ready; try again later"
        }
    }
}
