internal import Manifest

/// Makes a flow of ours of modules that know each other by topics.
struct FlowWriting {
    /// A node that makes values of values.
    struct Step {
        enum Content {
            case transformer(Transformer)
            case model(ModelPart)
        }

        let id: String
        let module: Module
        let content: Content
    }

    /// An interface, which becomes a source, a sink, or both.
    struct Site {
        let id: String
        let module: Module
        let interface: Interface
    }

    /// The topics on which the other program asks everything for its value.
    static let polls = ["get_all", "update"]

    let file: String
    private(set) var diagnostics: [Diagnostic] = []
    let flowName: String
    var ids = NodeIDs()
    var steps: [Step] = []
    var sites: [Site] = []
    var topics = Topics()
    /// How many nodes offer a signal of a name.
    var counts: [String: Int] = [:]

    init(_ modules: [Module], file: String, _ request: DialectRequest) {
        self.file = file
        flowName = request.flowName
        for module in modules {
            switch module.part {
            case .interface(let interface):
                sites.append(Site(id: ids.id(for: module.key), module: module, interface: interface))
            case .transformers(let transformers):
                for transformer in transformers {
                    let name = transformer.suffix.isEmpty ? module.key : "\(module.key)-\(transformer.suffix)"
                    steps.append(Step(id: ids.id(for: name), module: module, content: .transformer(transformer)))
                }
            case .model(let model):
                steps.append(Step(id: ids.id(for: module.key), module: module, content: .model(model)))
            }
        }
        publish()
        leaveOutUnfed()
        count()
    }

    mutating func report(
        _ kind: ProblemKind,
        severity: Diagnostic.Severity = .error,
        at place: Place,
        path: String,
        _ problem: String,
        advice: String
    ) {
        let location = Diagnostic.Location(file: file, place: place)
        diagnostics.append(
            Diagnostic(kind, severity: severity, at: location, path: path, problem: problem, advice: advice)
        )
    }

    /// The whole flow; nil where nothing is left of it.
    mutating func flow(_ pace: FlowPace, at place: Place) -> YAMLNode? {
        var groups: [(String, [YAMLNode.Entry])] = [("sources", []), ("steps", []), ("sinks", [])]
        for site in sites { groups[0].1 += source(site) }
        for step in steps { groups[1].1.append(entry(step)) }
        for site in sites { groups[2].1 += sink(site) }
        for (index, noun) in [(0, "comes in"), (2, "leaves")] where groups[index].1.isEmpty {
            guard !diagnostics.hasErrors else { return nil }
            report(
                .unused,
                at: place,
                path: "modules",
                "expected a flow from an interface to an interface, found that nothing \(noun)",
                advice: "compare the topics under 'pub' and 'sub'; the warnings name what is not connected"
            )
            return nil
        }
        var pace = pace
        // Each request is evaluated by itself, when it comes.
        if sites.contains(where: { $0.interface.kind == .requests && isRead($0) && !brought(by: $0).isEmpty }) {
            pace.followsMessages = true
        }
        var entries = [Written.entry("flow", .word(flowName, at: place))] + pace.entries
        for (name, nodes) in groups where !nodes.isEmpty {
            entries.append(Written.entry(name, Written.mapping(nodes, at: nodes[0].keyPlace)))
        }
        return Written.mapping(entries, at: place)
    }
}

// Who offers what.
extension FlowWriting {
    private mutating func publish() {
        topics = Topics()
        for site in sites where isRead(site) {
            guard let topic = site.module.publishes else { continue }
            for variable in site.interface.variables where variable.mode.isRead {
                topics.add(variable.name, .init(node: site.id, signal: variable.variable), under: topic)
            }
        }
        for step in steps {
            guard let topic = step.module.publishes else { continue }
            switch step.content {
            case .model: topics.add(model: step.id, under: topic)
            case .transformer(let transformer):
                for output in transformer.outputs {
                    topics.add(output.name, .init(node: step.id, signal: output.name), under: topic)
                }
            }
        }
    }

    /// Whether an interface is asked for its values.
    func isRead(_ site: Site) -> Bool { site.module.takes.contains { Self.polls.contains($0) } }

    /// The topics that a module takes from others.
    func taken(by module: Module) -> [String] { module.takes.filter { !Self.polls.contains($0) } }

    /// What waits for something that nobody publishes never does anything: it is left out, and so is what waits for it.
    private mutating func leaveOutUnfed() {
        while true {
            var left: [Step] = []
            for step in steps {
                guard let lack = lack(of: step) else {
                    left.append(step)
                    continue
                }
                report(
                    .unused,
                    severity: .warning,
                    at: lack.place,
                    path: step.module.path,
                    "expected \(lack.text), found nobody who publishes it",
                    advice: "'\(Printable.text(step.module.key))' is left out: compare 'sub' with the 'pub' of others"
                )
            }
            guard left.count < steps.count else { return }
            steps = left
            publish()
        }
    }

    private func lack(of step: Step) -> (text: String, place: Place)? {
        let topics = taken(by: step.module)
        switch step.content {
        case .model:
            if !self.topics.names(under: topics).isEmpty || self.topics.hasModel(under: topics) { return nil }
            return ("inputs of the model", step.module.place)
        case .transformer(let transformer):
            if transformer.inputs.isEmpty, topics.isEmpty { return nil }
            let missing = transformer.inputs.first { self.topics.offers(of: $0.name, under: topics).isEmpty }
            return missing.map { ("'\(Printable.text($0.name))'", $0.place) }
        }
    }

    private mutating func count() {
        for site in sites where isRead(site) || site.interface.kind == .server {
            for variable in brought(by: site) { counts[variable.variable, default: 0] += 1 }
        }
        for step in steps {
            guard case .transformer(let transformer) = step.content else { continue }
            for output in transformer.outputs { counts[output.name, default: 0] += 1 }
        }
    }

    /// Who offers what a module takes under a name; where several do, that is reported.
    mutating func offer(of name: String, at place: Place, for module: Module) -> Topics.Offer? {
        let offers = topics.offers(of: name, under: taken(by: module))
        if offers.count > 1 {
            report(
                .ambiguousSignal,
                at: place,
                path: module.path,
                "expected one module that publishes '\(Printable.text(name))', found "
                    + offers.map { "'\($0.node)'" }.joined(separator: " and "),
                advice: "rename one of the two, or give them topics of their own"
            )
        }
        return offers.first
    }
}
