internal import Manifest

/// Where a server listens, as a command line says it: `127.0.0.1:8080`, `[::1]:8080`, or the port alone for loopback.
struct HTTPAddress: Sendable, Equatable {
    let host: String
    let port: UInt16

    init(_ text: String) throws(UsageError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let written = parts.dropLast().joined(separator: ":")
        guard let port = UInt16(parts.last ?? ""), parts.count == 1 || !written.isEmpty else {
            throw UsageError(
                "expected HOST:PORT, found '\(Printable.text(text))'",
                advice: "for example '127.0.0.1:8080', or '0.0.0.0:8080' for everybody in the network"
            )
        }
        let isBracketed = written.hasPrefix("[") && written.hasSuffix("]")
        let plain = isBracketed ? String(written.dropFirst().dropLast()) : written
        host = plain.isEmpty || plain == "localhost" ? "127.0.0.1" : plain
        self.port = port
    }
}
