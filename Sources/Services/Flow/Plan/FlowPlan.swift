internal import Component
internal import Manifest
internal import Signals

/// A flow with its names resolved to numbers: what the engine runs.
///
/// Every output of every node has a slot, which holds its newest sample. The slots of sources come first. Parts of
/// steps are in an order in which each comes behind those that it waits for.
public struct FlowPlan: Sendable {
    struct Slot: Sendable {
        let node: Int
        let signal: String
        /// The parts that are to be evaluated when the slot changes.
        var parts: [Int] = []
        /// The inputs of sinks that are to be written when the slot changes.
        var sinks: [(sink: Int, input: Int)] = []
    }

    /// Where a part reads from.
    enum Input: Sendable {
        case slot(Int)
        /// What the slot held at the end of the evaluation before, as long as that was good.
        case delayed(Int)
    }

    struct SourceNode: Sendable {
        let node: Int
        var source: any Source
        let slots: Range<Int>
        /// What makes it the same source in the next plan.
        let fingerprint: String
    }

    struct StepNode: Sendable {
        let node: Int
        let step: any Step
    }

    struct Part: Sendable {
        let step: Int
        /// Its number within the step.
        let number: Int
        let node: Int
        let inputs: [Input]
        let slots: [Int]
        let rule: FlowNode.InvalidRule
        /// The values under `on_invalid: default`, one a slot.
        let defaults: [Double]
    }

    /// A wire that carries the value of the evaluation before.
    struct Delay: Sendable {
        let slot: Int
        let initial: Double
        /// What makes it the same wire in the next plan: its ends, and how it begins.
        let name: String
    }

    struct SinkNode: Sendable {
        let node: Int
        var sink: any Sink
        let inputs: [SinkInput]
        let fingerprint: String
    }

    struct SinkInput: Sendable {
        let name: String
        let slot: Int
        let rule: GovernorRule
        /// The digests of the models behind it.
        let models: [String]
    }

    /// What makes parts be evaluated.
    enum Trigger: Sendable, Equatable {
        case change, all, message
        case every(Duration)
        case slot(Int)

        /// Whether a change is evaluated at once: a message is evaluated once, and a period has its own time.
        var followsChanges: Bool {
            switch self {
            case .change, .all, .slot: true
            case .every, .message: false
            }
        }
    }

    let document: FlowDocument
    var slots: [Slot]
    let sourceSlotCount: Int
    var sources: [SourceNode]
    let steps: [StepNode]
    var parts: [Part]
    var delays: [Delay]
    var sinks: [SinkNode]
    let trigger: Trigger
    /// The parts that the trigger's slot is made by, in order; they are evaluated whenever they change.
    let triggerParts: Set<Int>
    /// The source slots that count under `trigger: all`: those that anything reads.
    let usedSourceSlots: [Int]
    /// The path of the file for messages that fail.
    let deadLetters: String?

    /// A name that several nodes have for a signal; nil where each has its own.
    public var repeatedSignal: String? {
        var seen: Set<String> = []
        return slots.first { !seen.insert($0.signal).inserted }?.signal
    }

    func node(_ index: Int) -> FlowNode { document.nodes[index] }

    /// How a slot is called in messages.
    func name(ofSlot slot: Int) -> String { slots[slot].signal }
}
