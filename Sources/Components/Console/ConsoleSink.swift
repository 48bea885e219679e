public import Component
internal import Glibc
internal import Lifetime
public import Manifest
internal import Models
internal import Signals

extension NodeType {
    public static let consoleSink = NodeType(
        role: .sink,
        name: "console",
        summary: "Prints samples, one a line. Without `in`, all signals of the flow.",
        fields: [],
        example: """
            flow: look
            sources:
              machine: {type: pva, pvs: [GUN:CURRENT]}
            sinks:
              screen: {type: console}

            """,
        takesIn: true,
        ports: { _ in NodePorts(outputs: .none, hasOpenInputs: true) }
    )
}

/// Prints samples: source time, signal, value, and the alarm where there is one.
public struct ConsoleSink: Sink {
    public let reach = SinkReach.local
    public let carriesAlarms = true
    private let names: [String]
    private let width: Int
    private let lines = LineWriter()
    private let descriptor: Int32

    /// Prints to a descriptor, by default standard output.
    public init(_ context: NodeContext, descriptor: Int32 = 1) {
        names = context.inputs
        width = min(40, context.inputs.map(\.count).max() ?? 0)
        self.descriptor = descriptor
    }

    public func run(_ outlet: any SinkOutlet, ready: @Sendable () -> Void) async {
        lines.open()
        ready()
        let executor = BlockingExecutor(label: "console")
        let ending = StopSignal()
        await withTaskCancellationHandler {
            await withTaskExecutorPreference(executor) {
                lines.run(Self.writer(descriptor, until: ending)) { note in
                    if case .lost(let count, _, _) = note { outlet.dropped(count) }
                }
            }
        } onCancel: {
            ending.give()
            lines.close()
        }
    }

    /// How much a pipe takes without waiting, once it says that it takes something.
    private static let pieceSize = 4096
    /// How long it waits for a reader who does not read, when the flow ends.
    private static let grace = Duration.seconds(1)

    /// Writes all of some bytes, and waits for who reads them: at the end only so long.
    private static func writer(_ descriptor: Int32, until ending: StopSignal) -> ([UInt8]) -> String? {
        { bytes in
            var written = 0
            while written < bytes.count {
                guard isWritable(descriptor, until: ending) else { return "nobody reads it" }
                let size = min(pieceSize, bytes.count - written)
                let count = unsafe bytes.withUnsafeBytes { bytes in
                    unsafe Glibc.write(descriptor, bytes.baseAddress! + written, size)
                }
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                guard count > 0 else { return unsafe String(cString: strerror(errno)) }
                written += count
            }
            return nil
        }
    }

    private static func isWritable(_ descriptor: Int32, until ending: StopSignal) -> Bool {
        var deadline: MonotonicTime?
        while true {
            var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            // What is wrong with it, the call that writes says.
            if unsafe poll(&room, 1, 100) > 0 { return true }
            guard ending.isGiven else { continue }
            let end = deadline ?? .now() + grace
            if .now() >= end { return false }
            deadline = end
        }
    }

    public func write(_ writes: [SinkWrite], done: (@Sendable (String?) -> Void)?) {
        for (index, write) in writes.enumerated() {
            lines.add(
                size: write.sample.heldSize,
                { Array(line(write).utf8) },
                done: index == writes.count - 1 ? done : nil
            )
        }
    }

    private func line(_ write: SinkWrite) -> String {
        let name = names[write.input]
        let padding = String(repeating: " ", count: max(0, width - name.count))
        let value = Printable.text(write.sample.value.text(), lengthMax: 1000)
        var line = "\(write.sample.stamp)  \(name)\(padding)  \(value)"
        let alarm = write.sample.alarm
        if alarm.severity != .none {
            line += "  \(alarm.severity)\(alarm.message.isEmpty ? "" : ": \(Printable.text(alarm.message))")"
        }
        return line
    }
}
