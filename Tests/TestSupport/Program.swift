public import Foundation

/// Runs programs to their end, as a user's shell does.
public struct Program: Sendable {
    public struct Outcome: Sendable {
        public let status: Int32
        public let output: String
        public let errors: String
        public let bytes: Data
    }

    public let path: String

    public init(_ path: String) { self.path = path }

    /// The release build of `slipway`, which the Makefile makes before the tests that need it.
    public static var slipway: Program {
        let path = ProcessInfo.processInfo.environment["SLIPWAY_PROGRAM"]
        return Program(path ?? Repository.root.appending(path: ".build-rel/release/slipway").path)
    }

    /// Runs the program in a folder, with exactly this environment when one is given.
    public func run(
        _ arguments: [String],
        input: String = "",
        environment: [String: String]? = nil,
        in folder: URL = Repository.root
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        if let environment { process.environment = environment }
        // Files, not pipes: a program that prints much would wait for a reader of the other stream.
        let scratch = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let files = ["in", "out", "err"].map { scratch.appending(path: $0) }
        try Data(input.utf8).write(to: files[0])
        for file in files.dropFirst() { try Data().write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        let output = try Data(contentsOf: files[1])
        let errors = try Data(contentsOf: files[2])
        // A signal is told as shells do.
        let isSignal = process.terminationReason == .uncaughtSignal
        return Outcome(
            status: process.terminationStatus + (isSignal ? 128 : 0),
            output: String(decoding: output, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self),
            bytes: output
        )
    }
}

/// Passes a new empty folder to `body`, and removes it afterwards.
public func withScratchFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
