internal import CDigest
internal import Dispatch

/// What content is: the same digest, the same bytes.
///
/// A file of one chunk has its SHA-256, which `sha256sum` shows as well. A longer one is cut into chunks of 8 MiB,
/// whose SHA-256s are digested once more, so that several processors work on it. Several files are digested as a
/// list of names, sizes and digests.
public struct ContentDigest: Sendable, Hashable {
    /// How it was made, and its 32 bytes in hexadecimal digits: `sha256:…`, `sha256c8:…`, `sha256f:…`.
    public let text: String

    private init(_ form: String, _ bytes: [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        let hexadecimal = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        text = "\(form):\(String(decoding: hexadecimal, as: UTF8.self))"
    }

    /// The bytes of a chunk.
    public static let chunkSize = 8 << 20
    private static let digestSize = 32

    /// The digest of the bytes of a file.
    public init(of bytes: [UInt8]) {
        guard bytes.count > Self.chunkSize else {
            self.init("sha256", Self.sha256(bytes, 0..<bytes.count))
            return
        }
        let count = (bytes.count + Self.chunkSize - 1) / Self.chunkSize
        var digests = [UInt8](repeating: 0, count: count * Self.digestSize)
        unsafe digests.withUnsafeMutableBufferPointer { digests in
            // Safe: each chunk writes the bytes of its own digest.
            nonisolated(unsafe) let start = unsafe digests.baseAddress.unsafelyUnwrapped
            DispatchQueue.concurrentPerform(iterations: count) { chunk in
                let first = chunk * Self.chunkSize
                let digest = Self.sha256(bytes, first..<min(bytes.count, first + Self.chunkSize))
                unsafe (start + chunk * Self.digestSize).update(from: digest, count: Self.digestSize)
            }
        }
        self.init("sha256c8", Self.sha256(digests, 0..<digests.count))
    }

    /// The digest of several files, by their names, sizes and digests, whatever their order.
    ///
    /// Of one file it is that of the file.
    public init(of files: [(name: String, byteCount: Int, digest: ContentDigest)]) {
        if files.count == 1 {
            self = files[0].digest
            return
        }
        let sorted = files.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        // The length of a name tells where it ends, whatever it holds.
        let list = sorted.map { "\($0.name.utf8.count) \($0.name) \($0.byteCount) \($0.digest.text)\n" }
        let bytes = Array(list.joined().utf8)
        self.init("sha256f", Self.sha256(bytes, 0..<bytes.count))
    }

    private static func sha256(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: digestSize)
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe digest.withUnsafeMutableBufferPointer { digest in
                unsafe dgt_sha256(
                    bytes.baseAddress.map { unsafe $0 + range.lowerBound },
                    range.count,
                    digest.baseAddress
                )
            }
        }
        return digest
    }
}

extension ContentDigest: CustomStringConvertible {
    public var description: String { text }
}
