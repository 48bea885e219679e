internal import Manifest

// The nodes of our flow.
extension FlowWriting {
    /// What an interface brings.
    func source(_ site: Site) -> [YAMLNode.Entry] {
        let variables = brought(by: site)
        var fields: [YAMLNode.Entry]
        switch site.interface.kind {
        case .client:
            guard isRead(site), let topic = site.module.publishes else { return [] }
            let used = variables.filter { isUsed($0.name, under: topic) }
            guard !used.isEmpty else { return [] }
            let names = used.map { Written.text($0.variable, at: $0.place) }
            fields = [Written.entry("pvs", Written.list(names, at: names[0].place))]
        case .server, .requests:
            guard !variables.isEmpty, site.interface.kind == .server || isRead(site) else { return [] }
            let hosted = variables.map { variable in
                Written.entry(
                    variable.variable,
                    Written.mapping(variable.initial + variable.fields, at: variable.place)
                )
            }
            let name = site.interface.kind == .requests ? "inputs" : "pvs"
            fields = [Written.entry(name, Written.mapping(hosted, at: hosted[0].keyPlace))]
        }
        fields = [type(of: site)] + site.interface.place + site.interface.sourceFields + fields
        return [Written.entry(site.id, Written.mapping(fields, at: site.module.place))]
    }

    private func type(of site: Site) -> YAMLNode.Entry {
        Written.entry("type", .word(site.interface.kind.type, at: site.module.place))
    }

    /// The variables that an interface brings: what the flow writes is no input unless something reads it.
    func brought(by site: Site) -> [InterfaceVariable] {
        let taken = taken(by: site.module)
        return site.interface.variables.filter { variable in
            guard variable.mode == .inout else { return variable.mode == .in }
            let isWritten = topics.offers(of: variable.name, under: taken).contains { !$0.isOpen && $0.node != site.id }
            return !isWritten || site.module.publishes.map { isUsed(variable.name, under: $0) } ?? false
        }
    }

    /// Whether anything takes a name under a topic.
    private func isUsed(_ name: String, under topic: String) -> Bool {
        let isStepInput = steps.contains { step in
            guard step.module.takes.contains(topic) else { return false }
            guard case .transformer(let transformer) = step.content else { return true }
            return transformer.inputs.contains { $0.name.utf8.elementsEqual(name.utf8) }
        }
        return isStepInput
            || sites.contains { site in
                site.module.takes.contains(topic)
                    && site.interface.variables.contains {
                        $0.mode.isWritten && $0.name.utf8.elementsEqual(name.utf8)
                    }
            }
    }

    mutating func entry(_ step: Step) -> YAMLNode.Entry {
        let place = step.module.place
        var fields: [YAMLNode.Entry]
        switch step.content {
        case .model(let model):
            fields = [
                Written.entry("type", .word("model", at: place)),
                Written.entry("model", .text(model.model, at: model.place)),
            ]
            let names = topics.names(under: taken(by: step.module))
            // The model's inputs find signals of their names by themselves, where these are clear.
            if names.contains(where: { counts[$0.name] != 1 || $0.offer.signal != $0.name }) {
                fields.append(inputs(names.map { ($0.name, place) }, of: step))
            }
        case .transformer(let transformer): fields = self.fields(transformer, of: step)
        }
        return Written.entry(step.id, Written.mapping(fields, at: place), at: place)
    }

    private mutating func fields(_ transformer: Transformer, of step: Step) -> [YAMLNode.Entry] {
        let place = transformer.place
        func type(_ word: String) -> YAMLNode.Entry { Written.entry("type", .word(word, at: step.module.place)) }
        switch transformer.kind {
        case .pass:
            let wires = transformer.outputs.compactMap { output -> YAMLNode.Entry? in
                let name = output.value.scalar?.text ?? ""
                return offer(of: name, at: output.value.place, for: step.module).map {
                    Written.entry(output.name, reference($0, at: output.value.place), at: output.place)
                }
            }
            return [type("pass"), Written.entry("in", Written.mapping(wires, at: place))]
        case .formula:
            let formulas = transformer.outputs.map { Written.entry($0.name, $0.value, at: $0.place) }
            return [
                type("formula"), inputs(transformer.inputs, of: step),
                Written.entry("squeeze", .word("true", at: place)),
                Written.entry("out", Written.mapping(formulas, at: place)),
            ]
        case .image:
            let images = transformer.outputs.map { output in
                let fields = (output.value.entries ?? []).compactMap { field -> YAMLNode.Entry? in
                    let name = field.value.scalar?.text ?? ""
                    return offer(of: name, at: field.value.place, for: step.module).map {
                        Written.entry(field.key, reference($0, at: field.value.place), at: field.keyPlace)
                    }
                }
                return Written.entry(output.name, Written.mapping(fields, at: output.value.place), at: output.place)
            }
            return [type("image"), Written.entry("out", Written.mapping(images, at: place))]
        }
    }

    /// The field `in`: a list where each input is called as its signal is.
    private mutating func inputs(
        _ names: [(name: String, place: Place)],
        of step: Step
    ) -> YAMLNode.Entry {
        let place = names.first?.place ?? step.module.place
        let wires = names.compactMap { input in
            offer(of: input.name, at: input.place, for: step.module).map { (input, $0) }
        }
        if wires.allSatisfy({ $0.0.name.utf8.elementsEqual($0.1.signal.utf8) }) {
            return Written.entry("in", Written.list(wires.map { reference($0.1, at: $0.0.place) }, at: place))
        }
        let entries = wires.map { Written.entry($0.0.name, reference($0.1, at: $0.0.place)) }
        return Written.entry("in", Written.mapping(entries, at: place))
    }

    /// A signal by its bare name, where that is clear.
    private func reference(_ offer: Topics.Offer, at place: Place) -> YAMLNode {
        !offer.isOpen && counts[offer.signal] == 1
            ? .text(offer.signal, at: place) : Written.reference(offer.node, offer.signal, at: place)
    }

    /// What an interface writes.
    mutating func sink(_ site: Site) -> [YAMLNode.Entry] {
        let taken = taken(by: site.module)
        guard !taken.isEmpty else { return [] }
        var pvs: [YAMLNode.Entry] = []
        for variable in site.interface.variables where variable.mode.isWritten {
            // What a model does not say it offers is asked of it only where that is all the variable is for.
            let isOpen = topics.offers(of: variable.name, under: taken).first?.isOpen ?? true
            guard !isOpen || variable.mode == .out,
                let offer = offer(of: variable.name, at: variable.place, for: site.module)
            else {
                // Clients read back what they set.
                if site.interface.kind == .requests, brought(by: site).contains(where: { $0.name == variable.name }) {
                    let own = Topics.Offer(node: site.id, signal: variable.variable)
                    pvs.append(Written.entry(variable.variable, written(variable, own, site), at: variable.place))
                }
                if variable.mode == .out { warnOfUnwritten(variable, site) }
                continue
            }
            pvs.append(Written.entry(variable.variable, written(variable, offer, site), at: variable.place))
        }
        warnOfUnknown(site, taken)
        guard let first = pvs.first else { return [] }
        let id = source(site).isEmpty ? site.id : ids.id(for: "\(site.id)-out")
        let fields =
            [type(of: site)] + site.interface.place
            + [
                Written.entry(
                    site.interface.kind == .requests ? "outputs" : "pvs",
                    Written.mapping(pvs, at: first.keyPlace)
                )
            ]
        return [Written.entry(id, Written.mapping(fields, at: site.module.place), at: site.module.place)]
    }

    private func written(_ variable: InterfaceVariable, _ offer: Topics.Offer, _ site: Site) -> YAMLNode {
        let at = variable.place
        guard site.interface.kind != .client else { return reference(offer, at: at) }
        var fields: [YAMLNode.Entry] = []
        if offer.isOpen || counts[offer.signal] != 1 { fields.append(Written.entry("from", .word(offer.node, at: at))) }
        if offer.isOpen || offer.signal != variable.variable || !fields.isEmpty {
            fields.append(Written.entry("signal", .text(offer.signal, at: at)))
        }
        return Written.mapping(fields + variable.fields, at: at)
    }

    private mutating func warnOfUnwritten(_ variable: InterfaceVariable, _ site: Site) {
        report(
            .unused,
            severity: .warning,
            at: variable.place,
            path: ConfigPath.child(ConfigPath.child(site.module.path, "config.variables"), variable.name),
            "expected somebody who publishes '\(Printable.text(variable.name))', found nobody",
            advice: "it is left out: compare 'sub' with the 'pub' of others"
        )
    }

    private mutating func warnOfUnknown(_ site: Site, _ taken: [String]) {
        let known = Set(site.interface.variables.map { Array($0.name.utf8) })
        for (name, offer) in topics.names(under: taken) where !known.contains(Array(name.utf8)) {
            report(
                .unused,
                severity: .warning,
                at: site.module.place,
                path: ConfigPath.child(site.module.path, "config.variables"),
                "expected a variable for '\(Printable.text(name))' of '\(offer.node)', found none",
                advice: "add it to '\(Printable.text(site.module.key))', or it goes nowhere"
            )
        }
    }
}
