internal import Lifetime
internal import Signals

/// A signal as it is shown.
struct WatchedSignal: Sendable, Equatable {
    let node: String
    let name: String
    var unit: String
    /// Nil while nothing has arrived.
    var sample: Sample?
}

extension WatchedSignal {
    var key: WatchNews.Key { WatchNews.Key(node: node, name: name) }
}

/// What is looked at.
protocol WatchSubject: Sendable {
    /// Tells what happens until `ended` is given, or until there is nothing more.
    ///
    /// - Returns: Why it cannot be looked at.
    func watch(_ news: WatchNews, until ended: StopSignal) async -> String?
}

/// What has happened since somebody last looked: of each signal the newest.
///
/// It holds no more than there are signals, and the last lines of what is told besides.
final class WatchNews: Sendable {
    struct Key: Hashable, Sendable {
        let node: String
        let name: String
    }

    struct Content: Sendable {
        /// All signals, where they were told anew.
        var signals: [WatchedSignal]?
        /// In the order in which they came first.
        var order: [Key] = []
        var changes: [Key: Sample] = [:]
        /// Set where the connection changed: nil inside where there is one.
        var problem: String??
        /// What people should know.
        var notes: [String] = []
        var isOver = false

        fileprivate var isEmpty: Bool {
            signals == nil && order.isEmpty && problem == nil && notes.isEmpty && !isOver
        }
    }

    private static let notesMax = 100

    private let content = Mailbox(Content())

    /// All signals that there are, as they are now.
    func tell(_ signals: [WatchedSignal]) {
        content.put { content in
            content.signals = signals
            content.order = []
            content.changes = [:]
            return true
        }
    }

    func tell(_ node: String, _ name: String, _ sample: Sample) {
        content.put { content in
            let key = Key(node: node, name: name)
            if content.changes.updateValue(sample, forKey: key) == nil { content.order.append(key) }
            return content.order.count == 1
        }
    }

    /// There is a connection, or none: why.
    func tell(problem: String?) {
        content.put { content in
            content.problem = .some(problem)
            return true
        }
    }

    func tell(note: String) {
        content.put { content in
            content.notes.append(note)
            content.notes = content.notes.suffix(Self.notesMax)
            return true
        }
    }

    /// Nothing more comes.
    func end() {
        content.put { content in
            content.isOver = true
            return true
        }
    }

    /// Lets time pass, or less where the end comes before.
    func waitForEnd(within limit: Duration) {
        _ = content.take(until: .now() + limit) { $0.isOver ? true : nil }
    }

    /// What there is; nil at the deadline.
    func take(until deadline: MonotonicTime?) -> Content? {
        content.take(until: deadline) { content in
            guard !content.isEmpty else { return nil }
            defer {
                let isOver = content.isOver
                content = Content()
                content.isOver = isOver
            }
            return content
        }
    }
}
