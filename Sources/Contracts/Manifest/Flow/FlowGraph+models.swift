internal import JSON

// The inputs of models, which only their signatures name.
extension FlowGraph {
    /// Inputs that only the model names: a signal of the same name feeds each.
    mutating func addInputsOfModels() {
        for (position, draft) in drafts.enumerated() where draft.types.areAllInputs {
            let given = Set(draft.inputs.map { ExactText($0.name) })
            let missing = draft.types.inputs.filter { !given.contains(ExactText($0.name)) }
            for input in missing {
                let isOffered = offers[ExactText(input.name)] != nil
                let mayBeOffered = isOffered || !isComplete || !openNodes.isEmpty
                if input.isRequired, !mayBeOffered { reportMissing(input, draft) }
                guard isOffered || (input.isRequired && mayBeOffered) else { continue }
                let reference = SignalReference(signal: input.name, place: draft.place, path: draft.path)
                drafts[position].inputs.append(
                    Named(name: input.name, place: draft.place, path: draft.path, value: reference)
                )
            }
            let names = Set(draft.types.inputs.map { ExactText($0.name) })
            for input in draft.inputs where !names.contains(ExactText(input.name)) { reportUnknown(input, draft) }
        }
    }

    private mutating func reportMissing(_ input: PortTypes.Input, _ draft: Draft) {
        report(
            .missingInput,
            at: draft.place,
            path: ConfigPath.child(draft.path, FlowFields.Node.inputs.name),
            "expected '\(Printable.text(input.name))' as \(input.type.text), which the model needs, but it is missing",
            advice: "no signal feeds it: name one, 'in: {\(Self.quoted(Printable.text(input.name))): SIGNAL}'"
        )
    }

    private mutating func reportUnknown(_ input: Named<SignalReference>, _ draft: Draft) {
        let names = { draft.types.inputs.map(\.name) }
        report(
            .unknownSignal,
            at: input.place,
            path: input.path,
            "expected an input of the model, found '\(Printable.text(input.shown))'",
            advice: names().isEmpty ? "it has none" : advice(input.name, among: names, otherwise: "the inputs are")
        )
    }
}
