/// The names by which a server is spoken to.
///
/// A page of a stranger may have its own name resolve to this machine and then ask as if it were ours (DNS
/// rebinding): the browser says so in the header `Host`, by that stranger's name.
public struct HTTPHosts: Sendable {
    private let names: Set<String>
    private let takesEveryNumber: Bool

    /// - Parameters:
    ///   - address: Where the server listens. When that is everywhere, a number may be any address of the machine, and
    ///     every number is taken: a number cannot be made to resolve elsewhere.
    ///   - names: Further names, as of this machine in the network or of a proxy.
    public init(listeningAt address: String, names: [String] = []) {
        let own = address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]" : address
        self.names = Set((["localhost", "127.0.0.1", "[::1]", own] + names).map { $0.lowercased() })
        takesEveryNumber = ["0.0.0.0", "::"].contains(address)
    }

    /// - Parameter header: The value of `Host`: a name or a number, maybe with a port.
    /// - Throws: A problem with 400, or with 421 for the name of another.
    public func check(_ header: String) throws(HTTPProblem) {
        guard let name = Self.name(of: header) else {
            throw .malformed(
                "expected a name and maybe a port in 'Host', found '\(Quotation.of(header))'",
                advice: "send 'Host: localhost:8080'"
            )
        }
        guard names.contains(name) || (takesEveryNumber && Self.isNumber(name)) else {
            throw HTTPProblem(
                .misdirectedRequest,
                code: "unknown-host",
                message: "expected one of this server's names in 'Host', found '\(Quotation.of(name))'",
                advice: "use 'localhost' or its address, or add the name to the hosts of the server"
            )
        }
    }

    /// The name in lower case, without the port.
    private static func name(of header: String) -> String? {
        let isBracketed = header.utf8.first == UInt8(ascii: "[")
        let ends = header.utf8.firstIndex(of: UInt8(ascii: isBracketed ? "]" : ":"))
        guard let ends else { return isBracketed || header.isEmpty ? nil : checked(header) }
        let end = isBracketed ? header.utf8.index(after: ends) : ends
        let port = header.utf8[end...]
        guard port.isEmpty || (port.first == UInt8(ascii: ":") && port.dropFirst().allSatisfy(isDigit)),
            port.count <= ":65535".utf8.count
        else { return nil }
        return checked(String(header[..<end]))
    }

    private static func checked(_ name: String) -> String? {
        let isPlain = name.utf8.allSatisfy { byte in
            isDigit(byte) || "-._:[]".utf8.contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        return isPlain && !name.isEmpty ? name.lowercased() : nil
    }

    private static func isNumber(_ name: String) -> Bool {
        if name.utf8.first == UInt8(ascii: "[") { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.utf8.allSatisfy(isDigit) && part.utf8.count <= 3 && UInt8(part) != nil
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
