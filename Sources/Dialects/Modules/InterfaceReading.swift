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
        case "fastapi_server": return requests(&section)
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

    /// What clients ask over HTTP.
    private mutating func requests(_ section: inout ForeignSection) -> Interface {
        func entry(_ name: String, _ ours: String, _ word: String) -> YAMLNode.Entry {
            Written.entry(ours, .text(word, at: section.place(of: name)))
        }
        var place: [YAMLNode.Entry] = []
        if let host = section.read(RequestFields.host) { place.append(entry("host", "host", host)) }
        if let port = section.read(RequestFields.port) {
            place.append(Written.entry("port", .word("\(port)", at: section.place(of: "port"))))
        }
        var fields: [YAMLNode.Entry] = []
        if let name = section.read(RequestFields.name) { fields.append(entry("name", "name", name)) }
        for (name, ours, count) in [
            ("input_queue_max", "waiting", section.read(RequestFields.waiting)),
            ("output_queue_max", "results", section.read(RequestFields.results)),
        ] {
            guard let count else { continue }
            fields.append(Written.entry(ours, .word("\(count)", at: section.place(of: name))))
        }
        let origins = section.read(RequestFields.origins)
        if !origins.isEmpty {
            let at = section.place(of: "cors_origins")
            fields.append(Written.entry("origins", Written.list(origins.map { .text($0, at: at) }, at: at)))
        }
        if !section.read(RequestFields.starts) {
            section.report(
                .conflict,
                at: section.place(of: "start_server"),
                path: section.path(of: "start_server"),
                "expected a server that starts, found 'false': nobody could ask it for anything",
                advice: "remove the field"
            )
        }
        let variables = section.members("variables").map { member in
            var reading = VariableReading(member.section, key: member.entry.key, at: member.entry.keyPlace)
            let variable = reading.asked()
            diagnostics += reading.diagnostics
            return variable
        }
        section.warnOfUnknownNames(known: RequestFields.known)
        return Interface(kind: .requests, place: place, variables: variables, sourceFields: fields)
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

/// The fields of `fastapi_server`.
private enum RequestFields {
    static let name = Field<String?>.optional("name", .text("a name"), example: "api", doc: "Its name.")
    static let host = Field<String?>.optional("host", .text("an address"), example: "127.0.0.1", doc: "The address.")
    static let port = Field<Int?>.optional("port", .count(in: 1...65_535), example: "8000", doc: "The TCP port.")
    static let starts = Field("start_server", .flag, default: true, doc: "Whether clients can connect.")
    static let waiting = Field<Int?>.optional(
        "input_queue_max",
        .count(in: 1...1_000_000),
        example: "1000",
        doc: "How many requests may wait."
    )
    static let results = Field<Int?>.optional(
        "output_queue_max",
        .count(in: 1...1_000_000),
        example: "1000",
        doc: "How many results may wait."
    )
    static let origins = Field<[String]>(
        "cors_origins",
        .list(of: .text("an origin"), count: 0...100),
        default: [],
        doc: "Pages from elsewhere that may ask."
    )
    static let known = [
        "name", "host", "port", "start_server", "wait_for_server_start", "startup_timeout_s", "input_queue_max",
        "output_queue_max", "cors_origins", "variables",
    ]
}
