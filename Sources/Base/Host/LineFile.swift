internal import Glibc

/// A file that only grows, line by line, and those before it: `name`, `name.1` and so on, the youngest first.
public struct LineFile: ~Copyable, Sendable {
    /// How large a file may become before the next is begun, and how many of those before are kept.
    public struct Limits: Sendable {
        public let fileSizeMax: Int
        public let filesKept: Int

        public init(fileSizeMax: Int = 100 << 20, filesKept: Int = 10) {
            precondition(fileSizeMax > 0 && filesKept > 0)
            self.fileSizeMax = fileSizeMax
            self.filesKept = filesKept
        }
    }

    private let path: String
    private let limits: Limits
    /// Written at the top of every file.
    private let heading: [UInt8]
    private var descriptor: Int32 = -1
    private var size = 0
    private var isSynced = true

    public init(path: String, limits: Limits, heading: [UInt8] = []) {
        self.path = path
        self.limits = limits
        self.heading = heading
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Opens the file, if it is not; says why it cannot.
    public mutating func open() -> String? {
        guard descriptor < 0 else { return nil }
        descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return Self.reason() }
        size = max(0, lseek(descriptor, 0, SEEK_END))
        if size == 0 { return heading.isEmpty ? nil : append(heading) }
        return endsWithLine ? nil : append([UInt8(ascii: "\n")])
    }

    /// A process that was killed while it wrote may have left half a line: that must not spoil the next.
    private var endsWithLine: Bool {
        var last: UInt8 = 0
        return unsafe pread(descriptor, &last, 1, off_t(size - 1)) != 1 || last == UInt8(ascii: "\n")
    }

    /// Writes whole lines; says why it cannot: then nothing of them is there.
    public mutating func write(_ lines: [UInt8]) -> String? {
        if descriptor >= 0, isGone { end() }
        if descriptor >= 0, size > heading.count, size + lines.count > limits.fileSizeMax { rotate() }
        return open() ?? append(lines)
    }

    private mutating func append(_ bytes: [UInt8]) -> String? {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = Self.reason()
                // Half a line would spoil the next.
                ftruncate(descriptor, size)
                return reason
            }
            written += count
        }
        size += bytes.count
        isSynced = false
        return nil
    }

    /// Has what was written on the disk; says why it cannot.
    ///
    /// What could not be synced once may be gone: asking again would only seem to help.
    public mutating func sync() -> String? {
        guard descriptor >= 0, !isSynced else { return nil }
        isSynced = true
        return fdatasync(descriptor) == 0 ? nil : Self.reason()
    }

    /// Whether somebody has removed it, or its folder: nobody will ever read what is still written to it.
    private var isGone: Bool {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 && status.st_nlink == 0
    }

    private mutating func end() {
        close(descriptor)
        descriptor = -1
    }

    private mutating func rotate() {
        _ = sync()
        end()
        unsafe unlink("\(path).\(limits.filesKept)")
        for number in stride(from: limits.filesKept - 1, through: 1, by: -1) {
            unsafe rename("\(path).\(number)", "\(path).\(number + 1)")
        }
        unsafe rename(path, "\(path).1")
    }

    private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
