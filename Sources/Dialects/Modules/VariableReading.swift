internal import JSON
internal import Manifest

/// Reads one process variable of an interface.
struct VariableReading {
    enum Kind: String, Sendable, CaseIterable {
        case scalar, waveform, array, image
    }

    enum Fields {
        static let proto = Field<String?>.optional("proto", .text("a protocol"), example: "pva", doc: "The protocol.")
        static let name = Field<String?>.optional(
            "name",
            .text("the name of a process variable"),
            example: "GUN:CURRENT",
            doc: "The process variable."
        )
        static let mode = Field("mode", .choice(InterfaceVariable.Mode.self), default: .inout, doc: "Its direction.")
        static let type = Field("type", .choice(Kind.self), default: .scalar, doc: "What it holds.")
        static let length = Field("length", .count(in: 0...10_000_000), default: 10, doc: "Of a waveform: how many.")
        static let imageSize = Field<ImageSize?>.optional(
            "image_size",
            .record([Size.columns.listed, Size.rows.listed]) {
                ImageSize(columns: $0.read(Size.columns), rows: $0.read(Size.rows))
            },
            example: "{x: 640, y: 480}",
            doc: "Of an image: columns and rows."
        )
        static let computesAlarm = Field("compute_alarm", .flag, default: false, doc: "Whether values raise alarms.")
        static let enforces = Field(
            "enforce_control_limits",
            .flag,
            default: false,
            doc: "Whether values are kept within their limits."
        )
        static let known = [
            "proto", "name", "mode", "type", "default", "length", "image_size", "compute_alarm",
            "enforce_control_limits", "display", "control", "valueAlarm",
        ]
    }

    struct ImageSize: Sendable {
        let columns: Int
        let rows: Int
    }

    private enum Size {
        static let columns = Field.required("x", .count(in: 1...100_000), example: "640", doc: "Columns.")
        static let rows = Field.required("y", .count(in: 1...100_000), example: "480", doc: "Rows.")
    }

    private var section: ForeignSection
    private let key: String
    private let place: Place

    var diagnostics: [Diagnostic] { section.diagnostics }

    init(_ section: ForeignSection, key: String, at place: Place) {
        self.section = section
        self.key = key
        self.place = place
    }

    /// A variable of somebody else.
    mutating func client(isGateway: Bool, _ request: DialectRequest) -> InterfaceVariable {
        checkProtocol(isGateway: isGateway, request)
        let name = section.read(Fields.name) ?? key
        let mode = section.read(Fields.mode)
        section.warnOfUnknownNames(known: Fields.known)
        // A gateway's variables are called by their keys.
        return InterfaceVariable(name: isGateway ? key : name, variable: name, mode: mode, place: place)
    }

    /// A variable that is hosted here.
    mutating func hosted(hasValue: Bool, _ request: DialectRequest) -> InterfaceVariable {
        checkProtocol(isGateway: false, request)
        let name = section.read(Fields.name) ?? key
        let mode = section.read(Fields.mode)
        let kind = section.read(Fields.type)
        let size = section.read(Fields.imageSize)
        let length = section.read(Fields.length)
        var variable = InterfaceVariable(name: name, variable: name, mode: mode, place: place)
        let kindPlace = section.place(of: "type")
        switch kind {
        case .scalar: break
        case .waveform, .array: variable.fields.append(Written.entry("type", .word("waveform", at: kindPlace)))
        case .image:
            variable.fields.append(Written.entry("type", .word("image", at: kindPlace)))
            if mode.isRead, size == nil, !section.has("image_size") { reportNoSize() }
        }
        if hasValue, mode.isRead { variable.initial = initial(kind, length: length, size) }
        variable.fields += numbers(kind)
        section.warnOfUnknownNames(known: Fields.known)
        return variable
    }

    /// A variable that clients set and read over HTTP.
    mutating func asked() -> InterfaceVariable {
        let mode = section.read(Fields.mode)
        let kind = section.read(Fields.type)
        let size = section.read(Fields.imageSize)
        let length = section.has("length") ? section.read(Fields.length) : givenLength ?? section.read(Fields.length)
        var variable = InterfaceVariable(name: key, variable: key, mode: mode, place: place)
        let kindPlace = section.place(of: "type")
        func sizes(_ numbers: [Int]) -> YAMLNode.Entry {
            Written.entry("size", Written.list(numbers.map { .word("\($0)", at: kindPlace) }, at: kindPlace))
        }
        switch kind {
        case .scalar: break
        case .waveform, .array:
            variable.fields = [Written.entry("type", .word("waveform", at: kindPlace)), sizes([length])]
        case .image:
            variable.fields.append(Written.entry("type", .word("image", at: kindPlace)))
            if let size {
                variable.fields.append(sizes([size.rows, size.columns]))
            } else if !section.has("image_size") {
                reportNoSize()
            }
        }
        // The size stands with the type.
        variable.initial = mode.isRead ? initial(kind, length: length, size).filter { $0.key != "size" } : []
        if !mode.isRead { _ = initial(kind, length: length, size) }
        section.warnOfUnknownNames(known: Fields.known)
        return variable
    }

    /// How many elements the first value has, where it is a list.
    private var givenLength: Int? {
        guard let given = section.entry("default")?.value, case .sequence(let elements) = given.content else {
            return nil
        }
        return elements.count
    }

    private mutating func checkProtocol(isGateway: Bool, _ request: DialectRequest) {
        let named = section.read(Fields.proto)
        guard !isGateway, let named, request.protocols[named] ?? named != "pva", request.protocols[named] != "pva"
        else { return }
        let isKnown = named == "ca"
        section.report(
            .unknownType,
            at: section.place(of: "proto"),
            path: section.path(of: "proto"),
            isKnown
                ? "expected 'pva', found 'ca': Channel Access comes with a later version"
                : "expected 'pva', found '\(Printable.text(named))'",
            advice: isKnown ? "'--protocol ca=pva' tries the file over PV Access" : "write 'proto: pva'"
        )
    }

    private mutating func reportNoSize() {
        section.report(
            .missingField,
            at: section.place,
            path: section.path(of: "image_size"),
            "expected the size of the image, but the field is missing",
            advice: "add 'image_size: {x: COLUMNS, y: ROWS}'"
        )
    }

    /// What it holds before anybody has written it.
    private mutating func initial(_ kind: Kind, length: Int, _ size: ImageSize?) -> [YAMLNode.Entry] {
        let at = section.place(of: "default")
        let given = section.entry("default")?.value
        switch kind {
        case .scalar:
            let number = section.read(Field("default", .pythonNumber, default: 0, doc: "Its first value."))
            return [Written.entry("initial", .number(number, at: at))]
        case .waveform, .array:
            if let given, case .sequence(let elements) = given.content {
                let numbers = section.read(
                    Field("default", .list(of: .pythonNumber, count: 0...100_000), default: [], doc: "Its values.")
                )
                guard numbers.count == elements.count else { return [] }
                return [Written.entry("initial", Written.list(numbers.map { .number($0, at: at) }, at: at))]
            }
            let lengthPlace = section.place(of: "length")
            let number = section.read(Field("default", .pythonNumber, default: 0, doc: "Its first value."))
            return [
                Written.entry("initial", .number(number, at: at)),
                Written.entry("size", Written.list([.word("\(length)", at: lengthPlace)], at: lengthPlace)),
            ]
        case .image:
            if let given {
                section.report(
                    .conflict,
                    at: given.place,
                    path: section.path(of: "default"),
                    "expected an image without 'default', found one: images begin with zeros",
                    advice: "remove it"
                )
            }
            guard let size else { return [] }
            let sizePlace = section.place(of: "image_size")
            let sizes = [size.rows, size.columns].map { Written.word("\($0)", at: sizePlace) }
            return [
                Written.entry("initial", .word("0", at: sizePlace)),
                Written.entry("size", Written.list(sizes, at: sizePlace)),
            ]
        }
    }

    /// Display, control and alarms, in our fields.
    private mutating func numbers(_ kind: Kind) -> [YAMLNode.Entry] {
        let computes = section.read(Fields.computesAlarm)
        let enforces = section.read(Fields.enforces)
        for name in ["display", "control", "valueAlarm"] where kind == .image && section.has(name) {
            section.report(
                .conflict,
                at: section.entry(name)?.keyPlace ?? place,
                path: section.path(of: name),
                "expected an image without '\(name)', found one",
                advice: "remove it"
            )
        }
        if computes, kind != .scalar {
            section.report(
                .conflict,
                at: section.place(of: "compute_alarm"),
                path: section.path(of: "compute_alarm"),
                "expected 'compute_alarm' beside 'type: scalar', found '\(kind.rawValue)'",
                advice: "remove it: only single numbers raise alarms"
            )
        }
        guard kind != .image else { return [] }
        var fields: [YAMLNode.Entry] = []
        if let display = section.inner("display") { fields += read(display) { DisplayReading.read(&$0) } }
        if let control = section.inner("control"), kind == .scalar {
            fields += read(control) { DisplayReading.control(&$0, isEnforced: enforces) }
        }
        if let alarm = section.inner("valueAlarm"), kind == .scalar {
            fields += read(alarm) { DisplayReading.alarm(&$0, isComputed: computes) }
        } else if computes {
            section.report(
                .missingField,
                at: section.place(of: "compute_alarm"),
                path: section.path(of: "valueAlarm"),
                "expected 'valueAlarm' beside 'compute_alarm', but the field is missing",
                advice: "add 'valueAlarm: {lowAlarmLimit: 0, lowWarningLimit: 1, highWarningLimit: 9, "
                    + "highAlarmLimit: 10}'"
            )
        }
        return fields
    }

    private mutating func read(
        _ inner: ForeignSection,
        _ body: (inout ForeignSection) -> [YAMLNode.Entry]
    ) -> [YAMLNode.Entry] {
        var inner = inner
        let fields = body(&inner)
        section.add(inner.diagnostics)
        return fields
    }
}
