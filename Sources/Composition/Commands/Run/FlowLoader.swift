internal import Catalog
internal import Component
internal import Flow
internal import Manifest

/// Reads a flow document and makes its nodes: at the start of a flow, and whenever it is read again.
struct FlowLoader: Sendable {
    let file: FlowFile
    /// What stands before the names of everything that live sinks write.
    let shadow: String
    /// Nothing is written anywhere.
    var leavesOutSinks = false
    /// All signals are written to this file, and nothing else anywhere.
    var recording: String?

    struct Loaded: Sendable {
        /// Nil when there are errors.
        let plan: FlowPlan?
        let diagnostics: [Diagnostic]
    }

    private var name: String { file.name }

    func load() -> Loaded {
        let makers = Catalog.makers(models: file.models)
        let result = file.read(makers.map(\.type))
        guard var flow = result.flow, !result.diagnostics.hasErrors else {
            return Loaded(plan: nil, diagnostics: result.diagnostics)
        }
        if let recording { flow = flow.withOnlySink(Catalog.recorder, settings: ["file": recording]) }
        if let pending = flow.pending.first {
            return Loaded(plan: nil, diagnostics: result.diagnostics + [open(pending)])
        }
        do throws(UnmadeNode) {
            let builder = PlanBuilder(
                makers: makers,
                file: name,
                folder: file.folder,
                shadow: shadow,
                leavesOutSinks: leavesOutSinks
            )
            return Loaded(plan: try builder.plan(flow), diagnostics: result.diagnostics)
        } catch {
            return Loaded(plan: nil, diagnostics: result.diagnostics + [problem(error)])
        }
    }

    /// A node that cannot be made, at its place.
    func problem(_ unmade: UnmadeNode) -> Diagnostic {
        Diagnostic(
            .start,
            at: .init(file: name, place: unmade.node.place),
            path: "\(unmade.node.type.role.rawValue)s.\(unmade.node.id)",
            problem: unmade.failure.problem,
            advice: unmade.failure.advice
        )
    }

    private func open(_ pending: PendingReference) -> Diagnostic {
        Diagnostic(
            .unknownSignal,
            at: .init(file: name, place: pending.reference.place),
            path: pending.reference.path,
            problem: "expected a signal that a node offers, found '\(Printable.text(pending.reference.signal))'",
            advice: "no model of the flow offers it; 'slipway model show MODEL' lists what one does"
        )
    }
}
