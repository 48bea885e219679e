internal import CPVXS
internal import Lifetime
public import Signals

/// Offers process variables, until the last reference goes.
// Safe: the shim's functions may be called on every thread, posts on one thread a variable; `deinit` destroys once.
@safe public final class PVAServer: @unchecked Sendable {
    let handle: OpaquePointer
    private let core: Unmanaged<ServerCore>
    private let state = Guarded(State())
    /// One is added at a time, so that numbers here and in the library are the same.
    private let adding = Guarded(())

    struct Offered: Sendable {
        let name: String
        let target: PVATarget
    }

    private struct State: Sendable {
        /// By number; nil where one was removed.
        var offered: [Offered?] = []
        var names: Set<[UInt8]> = []
    }

    /// Starts to offer variables, each INVALID with the status of what was never set, at the time `stamp`.
    ///
    /// Their numbers are 0 and so on.
    ///
    /// - Throws: When one cannot be offered, or two have one name.
    public init(
        _ declarations: [PVADeclaration] = [],
        settings: PVAServerSettings = PVAServerSettings(),
        at stamp: Stamp
    ) throws(PVAProblem) {
        let core = unsafe Unmanaged.passRetained(ServerCore())
        var made: OpaquePointer?
        let message = unsafe Self.create(settings, core, &made)
        guard let handle = unsafe made else {
            unsafe core.release()
            throw Self.problem(message)
        }
        unsafe self.core = core
        unsafe self.handle = handle
        for declaration in declarations { _ = try add(declaration, at: stamp) }
        if let message = unsafe NativeStatus.message(pvx_server_start(handle)) { throw Self.problem(message) }
    }

    private static func problem(_ message: String?) -> PVAProblem {
        PVAProblem(
            .failed,
            "expected a server of PV Access, found: \(message ?? "no reason")",
            advice: "look at the addresses and ports of the settings and of EPICS_PVAS_* in the environment"
        )
    }

    /// Offers one more variable; says its number.
    ///
    /// - Throws: When it cannot be offered, or its name is taken.
    public func add(_ declaration: PVADeclaration, at stamp: Stamp) throws(PVAProblem) -> Int {
        try declaration.check()
        return try adding.withLock { _ in
            Result { () throws(PVAProblem) in try self.addAlone(declaration, at: stamp) }
        }
        .get()
    }

    private func addAlone(_ declaration: PVADeclaration, at stamp: Stamp) throws(PVAProblem) -> Int {
        let key = Array(declaration.name.utf8)
        guard state.withLock({ $0.names.insert(key).inserted }) else {
            throw PVAProblem(
                .declaration,
                "expected process variables of different names, found two of '\(declaration.name)'",
                advice: "rename one, or leave it out"
            )
        }
        let core = unsafe core.takeUnretainedValue()
        let number = core.add(declaration)
        state.withLock { state in
            state.offered.append(Offered(name: declaration.name, target: declaration.target))
        }
        guard let message = unsafe Self.add(declaration, to: handle, at: stamp, number: number) else { return number }
        state.withLock { state in
            state.offered[number] = nil
            state.names.remove(key)
        }
        throw Self.problem(message)
    }

    /// Offers a variable no more.
    public func remove(_ index: Int) {
        let offered = state.withLock { state -> Offered? in
            defer { state.offered[index] = nil }
            return state.offered[index]
        }
        guard let offered else { return }
        unsafe pvx_server_remove(handle, offered.name, index)
        _ = state.withLock { $0.names.remove(Array(offered.name.utf8)) }
    }

    /// Has puts of a variable answered by this from now on; nil refuses them.
    public func answer(_ put: (@Sendable (Value, _ peer: String) -> PVAPutAnswer)?, _ index: Int) {
        let core = unsafe core.takeUnretainedValue()
        core.answer(put, index)
    }

    /// What is offered under a number.
    func offered(_ index: Int) -> Offered? { state.withLock { $0.offered[index] } }

    /// The names that are offered.
    public var names: [String] { state.withLock { $0.offered.compactMap { $0?.name } } }

    deinit {
        unsafe pvx_server_destroy(handle)
        // No put is running any more.
        unsafe core.release()
    }

    /// The port that answers, which is another than was wanted where that was busy: see ``portProblem``.
    public var port: UInt16 { unsafe UInt16(clamping: pvx_server_port(handle)) }

    /// The port on which it is searched.
    public var broadcastPort: UInt16 { unsafe UInt16(clamping: pvx_server_broadcast_port(handle)) }

    /// Says that the wanted port was busy; clients that search by broadcast find the server all the same, those that
    /// know its address do not.
    public var portProblem: PVAProblem? {
        let wanted = unsafe UInt16(clamping: pvx_server_wanted_port(handle))
        guard wanted != 0, wanted != port else { return nil }
        return PVAProblem(
            .failed,
            "expected port \(wanted) to be free, found it busy; listening on port \(port)",
            advice: "end the other server, or choose another port: 'EPICS_PVAS_SERVER_PORT'"
        )
    }

    /// The addresses on which it listens.
    public var addresses: [String] {
        let text = unsafe NativeStatus.message(pvx_server_addresses(handle)) ?? ""
        return text.split(separator: " ").map { address in
            address.contains(":") ? String(address) : "\(address):\(port)"
        }
    }

    @unsafe
    private static func create(
        _ settings: PVAServerSettings,
        _ core: Unmanaged<ServerCore>,
        _ made: inout OpaquePointer?
    ) -> String? {
        let automatic = settings.sendsBeacons.map { $0 ? "YES" : "NO" }
        return unsafe withOptionalCStrings(settings.interfaces, settings.beaconAddresses, automatic) {
            var native = unsafe pvx_server_settings(
                interfaces: $0,
                beacon_addresses: $1,
                automatic_beacons: $2,
                server_port: settings.serverPort.map(Int32.init) ?? -1,
                broadcast_port: settings.broadcastPort.map(Int32.init) ?? -1
            )
            var callbacks = unsafe ServerCore.callbacks
            return unsafe NativeStatus.message(pvx_server_create(&native, &callbacks, core.toOpaque(), &made))
        }
    }

    @unsafe
    private static func add(
        _ declaration: PVADeclaration,
        to handle: OpaquePointer,
        at stamp: Stamp,
        number: Int
    ) -> String? {
        var index = 0
        var known = unsafe pvx_metadata()
        switch declaration.kind {
        case .float64: unsafe known.setKind(PVX_KIND_REAL, .float64)
        case .int32: unsafe known.setKind(PVX_KIND_INTEGER, .int32)
        case .int64: unsafe known.setKind(PVX_KIND_INTEGER, .int64)
        case .bool: unsafe known.setKind(PVX_KIND_TRUTH, .bool)
        case .text: unsafe known.setKind(PVX_KIND_TEXT, .string)
        case .image: unsafe known.kind = PVX_KIND_IMAGE
        case .choice: unsafe known.kind = PVX_KIND_CHOICE
        case .array(let type): unsafe known.setKind(PVX_KIND_ARRAY, type)
        }
        if let limits = declaration.displayLimits {
            unsafe known.has_display = true
            unsafe known.display_low = limits.lowerBound
            unsafe known.display_high = limits.upperBound
        }
        if let precision = declaration.precision {
            unsafe known.has_precision = true
            unsafe known.precision = Int32(clamping: precision)
        }
        if let control = declaration.control {
            unsafe known.has_control = true
            unsafe known.control_low = control.low
            unsafe known.control_high = control.high
            unsafe known.control_step = control.minStep
        }
        if let alarm = declaration.valueAlarm { unsafe known.setAlarm(alarm) }
        var choices: [String] = []
        if case .choice(let given) = declaration.kind { choices = given }
        let labels = NativeTexts(choices)
        unsafe known.choices = labels.pointer
        unsafe known.choice_count = labels.count
        let undefined = Alarm(.invalid, status: .undefined, message: "UDF")
        let message = unsafe declaration.unit.withNativeText { unit in
            unsafe declaration.displayText.withNativeText { text in
                unsafe declaration.format.withNativeText { format in
                    unsafe known.unit = unit
                    unsafe known.description = text
                    unsafe known.format = format
                    return unsafe NativeWriting.withNative(.none, undefined, stamp) { initial in
                        unsafe NativeStatus.message(pvx_server_add(handle, declaration.name, &known, initial, &index))
                    }
                }
            }
        }
        // The labels were read until here.
        _ = consume labels
        precondition(message != nil || index == number, "variables are added one at a time")
        return message
    }
}

extension pvx_metadata {
    @unsafe
    fileprivate mutating func setKind(_ kind: pvx_kind, _ type: ElementType) {
        unsafe self.kind = kind
        unsafe element_type = Int32(type.rawValue)
    }

    @unsafe
    fileprivate mutating func setAlarm(_ limits: AlarmLimits) {
        unsafe has_value_alarm = true
        unsafe value_alarm_is_active = limits.isActive
        unsafe alarm_limits = (limits.lowAlarm, limits.lowWarning, limits.highWarning, limits.highAlarm)
        unsafe alarm_severities = (
            Int32(limits.lowAlarmSeverity.rawValue), Int32(limits.lowWarningSeverity.rawValue),
            Int32(limits.highWarningSeverity.rawValue), Int32(limits.highAlarmSeverity.rawValue)
        )
        unsafe hysteresis = limits.hysteresis
    }
}

/// What the callbacks of a server know.
private final class ServerCore: Sendable {
    private let declarations = Guarded<[PVADeclaration]>([])

    func answer(_ put: (@Sendable (Value, _ peer: String) -> PVAPutAnswer)?, _ index: Int) {
        declarations.withLock { $0[index].put = put }
    }

    func add(_ declaration: PVADeclaration) -> Int {
        declarations.withLock { declarations in
            declarations.append(declaration)
            return declarations.count - 1
        }
    }

    @unsafe
    private func put(_ index: Int, _ peer: String, _ native: UnsafePointer<pvx_value>, _ put: OpaquePointer) {
        let declaration = declarations.withLock { $0[index] }
        let answer: PVAPutAnswer
        do throws(PVAProblem) {
            answer = try unsafe self.answer(declaration, peer, native)
        } catch {
            answer = .refuse(error.message)
        }
        switch answer {
        case .accept(let sample):
            do throws(PVAProblem) {
                let value = try declaration.target.converted(sample.value, for: declaration.name, .likeToLike)
                unsafe NativeWriting.withNative(value, sample.alarm, sample.stamp) { unsafe pvx_put_accept(put, $0) }
            } catch {
                unsafe pvx_put_refuse(put, error.message)
            }
        case .refuse(let message): unsafe pvx_put_refuse(put, message)
        }
    }

    @unsafe
    private func answer(
        _ declaration: PVADeclaration,
        _ peer: String,
        _ native: UnsafePointer<pvx_value>
    ) throws(PVAProblem) -> PVAPutAnswer {
        var choices: [String] = []
        if case .choice(let labels) = declaration.kind { choices = labels }
        let value = try unsafe NativeReading.value(native, choices: choices)
        guard let handler = declaration.put else {
            return .refuse("'\(declaration.name)' is an output of the flow. Model outputs are read-only")
        }
        return handler(try declaration.target.converted(value, for: declaration.name, .likeToLike), peer)
    }

    @unsafe static var callbacks: pvx_server_callbacks {
        unsafe pvx_server_callbacks(
            put: { context, index, peer, value, put in
                let core = unsafe Unmanaged<ServerCore>.fromOpaque(context!).takeUnretainedValue()
                unsafe core.put(index, String(peer), value!, put!)
            },
            release: NativeWriting.release
        )
    }
}
