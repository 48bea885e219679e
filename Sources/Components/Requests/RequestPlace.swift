public import Component
public import HTTP
public import Lifetime
internal import Manifest

/// Answers requests by routes at an address and a port until the signal is given; tells where, once.
public typealias HTTPService =
    @Sendable (
        _ routes: HTTPRoutes,
        _ address: String,
        _ port: UInt16,
        _ stop: StopSignal,
        _ ready: @escaping @Sendable (_ url: String) -> Void
    ) async throws(NodeFailure) -> Void

/// Where requests are taken: nodes that say the same share a server and what it knows.
struct RequestPlace: Sendable, Hashable {
    enum Fields {
        static let host = Field(
            "host",
            .text("an address of this machine"),
            default: "127.0.0.1",
            doc: "Where clients connect: a number; '0.0.0.0' is everywhere. Nobody has to prove who they are."
        )
        static let port = Field("port", .count(in: 0...65_535), default: 8000, doc: "The TCP port; 0 is any free one.")
        static let listed = [host.listed, port.listed]
    }

    let host: String
    let port: Int

    init(_ section: inout ConfigSection) {
        let written = section.read(Fields.host)
        host = written == "localhost" ? "127.0.0.1" : written
        port = section.read(Fields.port)
    }

    var text: String { "\(host):\(port)" }
}

/// The boards of this process: a source and a sink of the same place have one.
///
/// One of them runs the server; where that ends, the other takes it over.
final class SharedBoard: Sendable {
    let board = RequestBoard()
    private let place: RequestPlace
    /// Nil while nobody serves; given when whoever serves has ended.
    private let vacated = Guarded<StopSignal?>(nil)

    private struct Known: Sendable {
        weak var board: SharedBoard?
    }

    private static let known = Guarded<[RequestPlace: Known]>([:])

    private init(_ place: RequestPlace) { self.place = place }

    static func at(_ place: RequestPlace) -> SharedBoard {
        known.withLock { known in
            if let board = known[place]?.board { return board }
            known = known.filter { $0.value.board != nil }
            let board = SharedBoard(place)
            known[place] = Known(board: board)
            return board
        }
    }

    /// Answers clients until its task is cancelled, or waits while another does; `ready` is told once that somebody
    /// does, and where if it is this one.
    func serve(
        _ service: HTTPService,
        ready: @escaping @Sendable (_ url: String?) -> Void
    ) async throws(NodeFailure) {
        let routes = RequestRoutes(board: board).routes
        while !Task.isCancelled {
            let own = StopSignal()
            let other = vacated.withLock { vacated -> StopSignal? in
                if vacated == nil {
                    vacated = own
                    return nil
                }
                return vacated
            }
            if let other {
                ready(nil)
                await other.wait()
                continue
            }
            defer {
                vacated.withLock { $0 = nil }
                own.give()
            }
            try await serve(routes, service) { ready($0) }
        }
    }

    private func serve(
        _ routes: HTTPRoutes,
        _ service: HTTPService,
        ready: @escaping @Sendable (String) -> Void
    ) async throws(NodeFailure) {
        let stop = StopSignal()
        let result = await withTaskCancellationHandler { () async -> Result<Void, NodeFailure> in
            do throws(NodeFailure) {
                return .success(try await service(routes, place.host, UInt16(place.port), stop, ready))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            stop.give()
        }
        try result.get()
    }
}
