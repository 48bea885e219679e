/// Where and why a text is not the JSON that was expected.
public struct JSONError: Error, Equatable {
    /// The byte at which it goes wrong, counted from 0.
    public let offset: Int
    /// What was expected and what was found, in one sentence without a full stop.
    public let problem: String

    public init(offset: Int, problem: String) {
        self.offset = offset
        self.problem = problem
    }
}

extension JSONError: CustomStringConvertible {
    public var description: String { "byte \(offset): \(problem)" }
}

/// How much a JSON document may ask of the reader.
public struct JSONLimits: Sendable {
    /// Bytes of the whole document.
    public let sizeMax: Int
    /// Arrays and objects inside each other.
    public let depthMax: Int

    public init(sizeMax: Int = 64 << 20, depthMax: Int = 64) {
        self.sizeMax = sizeMax
        self.depthMax = depthMax
    }
}
