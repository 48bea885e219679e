internal import Glibc

/// Writes files whole.
public enum FileWriting {
    /// Puts bytes in the place of what a file holds; says why that is not possible.
    public static func write(_ bytes: [UInt8], to path: String) -> String? {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return reason() }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress! + written, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                defer { close(descriptor) }
                return reason()
            }
            written += count
        }
        return close(descriptor) == 0 ? nil : reason()
    }

    private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
