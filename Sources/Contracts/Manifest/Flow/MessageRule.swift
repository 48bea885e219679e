/// How the messages of a flow are worked on.
public struct MessageRule: Sendable, Equatable {
    enum Fields {
        static let workers = Field(
            "workers",
            .count(in: 1...64),
            default: 1,
            doc: "How many messages are worked on at once. With more than one, a message holds all that its evaluation "
                + "needs; those of one key stay in their order."
        )
        static let timeout = Field<Duration?>.optional(
            "timeout",
            .duration(in: .milliseconds(1) ... .seconds(86_400)),
            example: "10s",
            doc: "How long one message may take; then it has failed. Without it, as long as it needs."
        )
        static let waiting = Field(
            "waiting",
            .count(in: 1...1_000_000),
            default: 1000,
            doc: "How many messages may wait; a source that has more waits itself."
        )
        static let deadLetters = Field<String?>.optional(
            "dead_letters",
            .text("the path of a file"),
            example: "dead.jsonl",
            doc: "A file that gets a line for each message that failed: its values and the reason. Without it they are "
                + "counted and told in the log."
        )
        static let listed = [workers.listed, timeout.listed, waiting.listed, deadLetters.listed]
    }

    public let workers: Int
    public let timeout: Duration?
    public let waiting: Int
    public let deadLetters: String?

    public init(workers: Int = 1, timeout: Duration? = nil, waiting: Int = 1000, deadLetters: String? = nil) {
        self.workers = workers
        self.timeout = timeout
        self.waiting = waiting
        self.deadLetters = deadLetters
    }

    init(_ section: inout ConfigSection) {
        self.init(
            workers: section.read(Fields.workers),
            timeout: section.read(Fields.timeout),
            waiting: section.read(Fields.waiting),
            deadLetters: section.read(Fields.deadLetters)
        )
    }
}
