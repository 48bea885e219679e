extension FlowDocument {
    /// The same flow with one sink in the place of its own: it takes every signal.
    public func withOnlySink(_ type: NodeType, settings: KeyValuePairs<String, String>) -> FlowDocument {
        let kept = nodes.filter { $0.type.role != .sink }
        let ids = Set(kept.map(\.id))
        var id = type.name
        while ids.contains(id) { id += "-" }
        let place = Place.start
        let fields = settings.map { name, text in
            YAMLNode.Entry(
                key: name,
                keyPlace: place,
                value: YAMLNode(.scalar(.init(text: text, isPlain: false)), at: place)
            )
        }
        let sink = FlowNode(
            id: id,
            type: type,
            config: YAMLNode(.mapping(fields), at: place),
            place: place,
            outputs: [],
            onInvalid: .propagate,
            defaults: [],
            governors: [],
            extensions: []
        )
        return FlowDocument(
            name: name,
            about: about,
            trigger: trigger,
            window: window,
            skipsRepeats: skipsRepeats,
            time: time,
            messages: messages,
            nodes: kept + [sink],
            wires: wires.filter { ids.contains($0.to.node) },
            pending: pending.filter { ids.contains($0.to.node) },
            extensions: extensions
        )
    }
}
