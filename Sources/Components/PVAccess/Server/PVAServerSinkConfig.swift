public import Manifest

/// What a server of process variables is told: which it hosts, and what each shows.
public struct PVAServerSinkConfig: Sendable {
    /// One hosted process variable.
    public struct PV: Sendable {
        enum Fields {
            static let signal = Field<String?>.optional(
                "signal",
                .text("the name of a signal"),
                example: "sigma_x",
                doc: "The signal whose samples are posted. Without it, the signal of the process variable's own name."
            )
            static let from = Field<String?>.optional(
                "from",
                .name("the id of a node"),
                example: "nn",
                doc: "The node that offers the signal, where several do."
            )
            static let listed = [signal.listed, from.listed] + PVAServerFields.listed
        }

        public let reference: SignalReference?
        let declaration: PVADeclaration

        init(_ section: inout ConfigSection) {
            let signal = section.read(Fields.signal)
            let from = section.read(Fields.from)
            let place = section.entry("signal")?.value.place ?? section.place
            let path = "\(section.path).signal"
            if signal == nil, let entry = section.entry("from"), !section.has("signal") {
                section.report(
                    .conflict,
                    at: entry.keyPlace,
                    path: "\(section.path).from",
                    "expected 'signal' beside 'from', but the field is missing",
                    advice: "add 'signal: NAME'"
                )
            }
            // A signal that is there but wrong is reported; the process variable's own name is not meant.
            let isMeant = !section.has("signal") && section.slip(of: "signal") == nil
            let written = signal ?? (isMeant ? nil : "")
            reference = written.map {
                SignalReference(
                    from: from,
                    signal: $0,
                    shown: SignalReference.shown(in: section),
                    place: place,
                    path: path
                )
            }
            declaration = PVAServerFields.declaration("", &section)
        }
    }

    enum Fields {
        static let pvs = Field.required(
            "pvs",
            .map(of: .record(PV.Fields.listed) { PV(&$0) }, keys: "names of process variables", count: 1...10_000),
            example: "{LUME:SIGMA: {signal: sigma}}",
            doc: "The process variables to host, by name."
        )
        static let listed = [pvs.listed] + ServiceVariables.Names.Fields.listed + PVAServerPlace.listed
    }

    public let pvs: [Named<PV>]
    let service: ServiceVariables.Names
    let settings: PVAServerSettings

    public init(_ section: inout ConfigSection) {
        pvs = section.read(Fields.pvs)
        service = ServiceVariables.Names(&section, taken: pvs.map(\.name))
        settings = PVAServerPlace.settings(&section)
    }
}

extension NodeType {
    public static let pvaServerSink = NodeType(
        role: .sink,
        name: "pva-server",
        summary: "Hosts process variables over PV Access and posts samples to them.",
        fields: PVAServerSinkConfig.Fields.listed,
        example: """
            flow: beam-size
            sources:
              machine: {type: pva, pvs: [SOLN:BACT]}
            steps:
              nn: {type: model, model: models:/injector/1, in: {solenoid: SOLN:BACT}}
            sinks:
              out:
                type: pva-server
                pvs:
                  LUME:SIGMA_X: {signal: sigma_x, limits: [0, 1e-3], unit: m, precision: 6}
                  LUME:SIGMA_Y: {from: nn, signal: sigma_y}

            """,
        takesIn: false,
        isLive: true,
        ports: { section in
            let config = PVAServerSinkConfig(&section)
            let inputs = config.pvs.map { pv in
                let ownName = SignalReference(signal: pv.name, place: pv.place, path: pv.path)
                return Named(name: pv.name, place: pv.place, path: pv.path, value: pv.value.reference ?? ownName)
            }
            let types = config.pvs.map { pv in
                let unit = pv.value.declaration.unit
                return PortTypes.Input(name: pv.name, type: PortType(unit: unit.isEmpty ? nil : unit), isRequired: true)
            }
            return NodePorts(inputs: inputs, outputs: .none, types: PortTypes(inputs: types))
        }
    )
}
