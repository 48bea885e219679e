internal import Dispatch
internal import Glibc

/// Calls an action for each of some signals of the process, for as long as it lives.
final class ProcessSignals {
    private var sources: [any DispatchSourceSignal] = []

    init(_ actions: [Int32: @Sendable () -> Void]) {
        for (number, action) in actions {
            // The source tells of it; the default would end the process.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
            source.setEventHandler(handler: action)
            source.activate()
            sources.append(source)
        }
    }

    deinit { for source in sources { source.cancel() } }
}
