internal import Manifest

/// Reads interfaces to process variables, as both programs have them.
struct InterfaceReading {
    enum Fields {
        static let servers = Field<String?>.optional(
            "EPICS_PVA_NAME_SERVERS",
            .text("addresses between spaces"),
            example: "localhost:5075",
            doc: "Servers that are asked for names."
        )
        static let port = Field<Int?>.optional("port", .count(in: 1...65_535), example: "5075", doc: "The TCP port.")
        static let initializes = Field("init", .flag, default: true, doc: "Whether variables have a value at once.")
    }

    private let file: String
    private let request: DialectRequest
    private(set) var diagnostics: [Diagnostic] = []

    init(file: String, _ request: DialectRequest) {
        self.file = file
        self.request = request
    }

    /// Reads an interface of a type; `section` is its configuration.
    ///
    /// `known` are the types that the program has.
    mutating func read(
        _ type: String,
        _ section: ForeignSection,
        typePlace: Place,
        typePath: String,
        known: [String]
    ) -> Interface? {
        var section = section
        defer { diagnostics += section.diagnostics }
        let replacement = request.protocols[type]
        switch replacement == "pva" ? "p4p" : replacement ?? type {
        case "p4p": return client(&section, isGateway: type == "k2eg")
        case "p4p_server": return server(&section)
        case "k2eg":
            refuse(
                "expected an interface that runs here, found 'k2eg', which comes with a later version",
                "'--protocol k2eg=pva' tries the file without its gateway, over PV Access",
                &section
            )
        case "fastapi_server":
            refuse(
                "expected an interface that runs here, found 'fastapi_server', which comes with a later version",
                "",
                &section
            )
        case "file", "h5df":
            refuse(
                "expected an interface of a flow, found '\(type)', which no deployment could ever use",
                "record with 'slipway run', and play it back with a source of type 'replay'",
                &section
            )
        default:
            refuse(
                "expected the type of an interface, found '\(Printable.text(type))'",
                Nearest.advice(type, among: known, otherwise: "plugins are not run; the types are"),
                &section
            )
        }
        return nil

        func refuse(_ problem: String, _ advice: String, _ section: inout ForeignSection) {
            section.report(.unknownType, at: typePlace, path: typePath, problem, advice: advice)
        }
    }

    private mutating func client(_ section: inout ForeignSection, isGateway: Bool) -> Interface {
        var place: [YAMLNode.Entry] = []
        if let servers = section.read(Fields.servers), !request.hasNameServers {
            let at = section.place(of: "EPICS_PVA_NAME_SERVERS")
            let names = servers.split(whereSeparator: \.isWhitespace).map { Written.text(String($0), at: at) }
            if !names.isEmpty { place.append(Written.entry("name_servers", Written.list(names, at: at))) }
        }
        let variables = section.members("variables").map { member in
            var reading = VariableReading(member.section, key: member.entry.key, at: member.entry.keyPlace)
            // A gateway knows its variables by their keys, and has no modes.
            let variable = reading.client(isGateway: isGateway, request)
            diagnostics += reading.diagnostics
            return variable
        }
        warnOfSlip(&section)
        section.warnOfUnknownNames(known: ["EPICS_PVA_NAME_SERVERS", "EPICS_PVA_NAMESERVER", "variables", "init"])
        return Interface(kind: .client, place: place, variables: variables)
    }

    private mutating func server(_ section: inout ForeignSection) -> Interface {
        var place: [YAMLNode.Entry] = []
        if let port = section.read(Fields.port) {
            place.append(Written.entry("port", .word("\(port)", at: section.place(of: "port"))))
        }
        let hasValues = section.read(Fields.initializes)
        let variables = section.members("variables").map { member in
            var reading = VariableReading(member.section, key: member.entry.key, at: member.entry.keyPlace)
            let variable = reading.hosted(hasValue: hasValues, request)
            diagnostics += reading.diagnostics
            return variable
        }
        warnOfSlip(&section)
        section.warnOfUnknownNames(
            known: ["EPICS_PVA_NAME_SERVERS", "EPICS_PVA_NAMESERVER", "variables", "init", "port"]
        )
        return Interface(kind: .server, place: place, variables: variables)
    }

    private func warnOfSlip(_ section: inout ForeignSection) {
        guard let entry = section.entry("EPICS_PVA_NAMESERVER") else { return }
        section.report(
            .unknownField,
            severity: .warning,
            at: entry.keyPlace,
            path: section.path(of: entry.key),
            "expected 'EPICS_PVA_NAME_SERVERS', found 'EPICS_PVA_NAMESERVER', which nothing has ever read",
            advice: "rename it, or remove it"
        )
    }
}
