public import Component
internal import Lifetime
internal import Manifest
internal import Signals

/// Brings what clients ask for over HTTP: each request is a message.
public struct RequestSource: Source {
    private let variables: [RequestVariable]
    private let initials: [Value?]
    private let place: RequestPlace
    private let limits: RequestBoard.Limits
    private let name: String
    private let origins: Set<String>
    private let service: HTTPService

    /// `service` answers requests.
    public init(_ config: RequestSourceConfig, service: @escaping HTTPService) {
        variables = config.inputs.map { input in
            RequestVariable(name: input.name, kind: input.value.variable.kind, size: input.value.variable.size)
        }
        initials = config.inputs.map(\.value.initial)
        place = config.place
        limits = config.limits
        name = config.name
        origins = config.origins
        self.service = service
    }

    public var claims: [Claim] { variables.map { Claim(name: $0.name, scope: "requests input \(place.text)") } }

    public func run(_ outlet: any SourceOutlet) async throws(NodeFailure) {
        let shared = SharedBoard.at(place)
        let board = shared.board
        let turn = board.enter { state in
            state.inputs = variables
            state.limits = limits
            state.name = name
            state.origins = origins
        }
        begin(board, outlet)
        let failure = await withTaskGroup(of: NodeFailure?.self) { group in
            group.addTask(executorPreference: BlockingExecutor(label: "requests")) {
                while let message = board.nextMessage(turn) {
                    guard outlet.sendWaiting(message) else {
                        message.done?(.abandoned)
                        break
                    }
                }
                return nil
            }
            group.addTask {
                do throws(NodeFailure) {
                    try await shared.serve(service) { url in
                        if let url { outlet.note(.connected(output: 0, to: url)) }
                    }
                    return nil
                } catch {
                    return error
                }
            }
            group.addTask {
                await StopSignal().wait()
                return nil
            }
            let first = await group.next() ?? nil
            board.leave(turn)
            group.cancelAll()
            return first
        }
        if let failure { throw failure }
    }

    /// Brings what the inputs hold before anybody has set them, unless they hold something.
    private func begin(_ board: RequestBoard, _ outlet: any SourceOutlet) {
        let now = Stamp.now()
        let parts = variables.indices.compactMap { index -> Message.Part? in
            let held = board.state.withLock { $0.current[variables[index].name]?.value }
            let value = held.flatMap { variables[index].mismatch($0) == nil ? $0 : nil } ?? initials[index]
            guard let value else { return nil }
            board.state.withLock { state in
                state.current[variables[index].name] = Sample(value, stamp: now, id: .none)
            }
            return Message.Part(output: index, value: value, stamp: now)
        }
        if outlet.wantsMessages {
            if !parts.isEmpty { _ = outlet.sendWaiting(Message(parts)) }
        } else {
            for part in parts { outlet.offer(part.output, part.value, .none, now, skipped: 0) }
        }
    }
}
