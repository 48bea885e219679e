internal import Foundation
public import Testing

/// Compares a text with a file of the repository, or rewrites the file when `GOLDEN_UPDATE` is set.
public func expectGolden(
    _ text: String,
    _ path: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let url = Repository.root.appending(path: path)
    if ProcessInfo.processInfo.environment["GOLDEN_UPDATE"] != nil {
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
        return
    }
    let expected = try? String(contentsOf: url, encoding: .utf8)
    #expect(
        text == expected,
        "\(path) is not what the code makes: look at the difference, then 'GOLDEN_UPDATE=1 swift test'",
        sourceLocation: sourceLocation
    )
}
