public import Component

/// Recordings as files, for commands.
public struct RecordingFiles: Recordings {
    public init() {}

    public func read(
        _ path: String,
        signals: [String],
        _ take: (Result<RecordedEvaluation, NodeFailure>) -> Bool
    ) throws(NodeFailure) -> Set<String> {
        var recording = try Recording.open(path, signals: signals, isAllNeeded: false)
        while true {
            var isWanted: Bool
            do throws(Recording.Problem) {
                guard let parts = try recording.next() else { return recording.others }
                let named = parts.map { part in
                    RecordedEvaluation.Part(
                        signal: signals[part.output],
                        value: part.value,
                        alarm: part.alarm,
                        stamp: part.stamp
                    )
                }
                isWanted =
                    named.isEmpty
                    || take(
                        .success(
                            RecordedEvaluation(named, line: recording.lastLine, isWhole: recording.isEvaluation)
                        )
                    )
            } catch {
                isWanted = take(.failure(NodeFailure(error.text)))
            }
            guard isWanted else { return recording.others }
        }
    }
}
