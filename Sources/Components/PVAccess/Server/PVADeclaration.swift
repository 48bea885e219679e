public import Signals

/// A process variable that a server offers.
public struct PVADeclaration: Sendable {
    public enum Kind: Sendable, Equatable {
        case float64, int32, int64, bool, text, image
        case choice([String])
        /// A row of elements, of a length that may change.
        case array(ElementType)
    }

    public var name: String
    public let kind: Kind
    /// What a display should show as the ends of the scale.
    public var displayLimits: ClosedRange<Double>?
    public var unit = ""
    /// Digits behind the point that are worth showing.
    public var precision: Int?
    /// How a display should write a number, as `%.3f`.
    public var format = ""
    /// What it is, for a person.
    public var displayText = ""
    /// Told to clients; whoever answers puts applies them.
    public var control: ControlLimits?
    /// Told to clients; whoever posts applies them.
    public var valueAlarm: AlarmLimits?
    /// Answers puts; without it they are refused, as those of an output are.
    ///
    /// Called on a thread of the library, one put of a server at a time, with a value of the declared kind. It must
    /// not wait: meanwhile the server sends nothing.
    public var put: (@Sendable (Value, _ peer: String) -> PVAPutAnswer)?

    public init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    var target: PVATarget {
        switch kind {
        case .float64: PVATarget(.number(.float64))
        case .int32: PVATarget(.number(.int32))
        case .int64: PVATarget(.number(.int64))
        case .bool: PVATarget(.truth)
        case .text: PVATarget(.text)
        case .image: PVATarget(.image)
        case .choice(let choices): PVATarget(.choice(choices))
        case .array(let type): PVATarget(.array(type))
        }
    }

    /// - Throws: When it cannot be offered.
    func check() throws(PVAProblem) {
        try PVAClient.check(name)
        if case .array(let type) = kind, !TensorConversion.isKnown(type) {
            throw PVAProblem(
                .declaration,
                "expected an element type of PV Access for '\(name)', found \(type)",
                advice: "float32, float64, bool, string, and integers of 8 to 64 bits are"
            )
        }
        if case .choice(let choices) = kind, choices.isEmpty {
            throw PVAProblem(.declaration, "expected at least one choice for '\(name)', found none")
        }
    }
}

/// What becomes of a put.
public enum PVAPutAnswer: Sendable {
    /// It is posted, as it is here, and the client is told that it is done.
    case accept(Sample)
    /// The client is told why not.
    case refuse(String)
}

/// Where a server listens; nil is what the environment of EPICS says, else its default.
public struct PVAServerSettings: Sendable, Hashable {
    /// Addresses of this machine, between spaces; without any, here and in the environment, it is loopback alone.
    public var interfaces: String?
    /// Where beacons are sent: addresses between spaces.
    public var beaconAddresses: String?
    /// Whether beacons are sent into the networks of the interfaces.
    public var sendsBeacons: Bool?
    /// 0 is any free port.
    public var serverPort: UInt16?
    public var broadcastPort: UInt16?

    public init(
        interfaces: String? = nil,
        beaconAddresses: String? = nil,
        sendsBeacons: Bool? = nil,
        serverPort: UInt16? = nil,
        broadcastPort: UInt16? = nil
    ) {
        self.interfaces = interfaces
        self.beaconAddresses = beaconAddresses
        self.sendsBeacons = sendsBeacons
        self.serverPort = serverPort
        self.broadcastPort = broadcastPort
    }
}
