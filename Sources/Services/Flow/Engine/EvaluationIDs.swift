internal import Component
internal import Signals

/// The ids of evaluations, one after the other.
struct EvaluationIDs {
    private var generator: FastGenerator
    private(set) var current: EvaluationID

    init() {
        var generator = FastGenerator()
        current = Self.make(&generator)
        self.generator = generator
    }

    mutating func advance() { current = Self.make(&generator) }

    private static func make(_ generator: inout FastGenerator) -> EvaluationID {
        EvaluationID.make(at: .now(), using: &generator)
    }
}

/// Numbers that nobody guesses by chance, without a call of the system for each.
private struct FastGenerator: RandomNumberGenerator {
    private var state: UInt64

    init() {
        var system = SystemRandomNumberGenerator()
        state = system.next()
    }

    mutating func next() -> UInt64 {
        // A Weyl sequence whose steps are mixed: all 2^64 states come, each once.
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
