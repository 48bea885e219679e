/// A command line that does not fit the declaration of the command.
struct UsageError: Error, Equatable {
    /// What was expected and what was found.
    let problem: String
    let advice: String

    init(_ problem: String, advice: String = "") {
        self.problem = problem
        self.advice = advice
    }
}
