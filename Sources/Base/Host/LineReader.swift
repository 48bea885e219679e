internal import Glibc

/// Reads a file or standard input line by line, whatever its size.
public struct LineReader: ~Copyable {
    /// The longest line.
    public static let sizeMax = 64 << 20

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// The first byte of ``buffer`` that was not handed out.
    private var start = 0
    private var isAtEnd = false
    /// Whether the mark of UTF-8 may still come, which some editors write and nobody reads.
    private var isAtStart = true
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private var chunk = [UInt8](repeating: 0, count: 64 * 1024)

    /// Opens a file, or standard input for `-`.
    public init(_ path: String) throws(FileRefusal) {
        guard path != "-" else {
            descriptor = STDIN_FILENO
            return
        }
        guard !path.utf8.contains(0) else { throw FileRefusal(reason: "has a zero byte in its name") }
        let opened = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw FileRefusal(reason: FileReading.reason(errno)) }
        descriptor = opened
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    /// The next line without its end; nil behind the last.
    ///
    /// `beforeWaiting` runs before more is asked for, so that who wrote the last line can be answered.
    public mutating func next(beforeWaiting: () -> Void) throws(FileRefusal) -> [UInt8]? {
        defer { isAtStart = false }
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { start = end + 1 }
                return Array(buffer[start..<end])
            }
            guard buffer.count - start <= Self.sizeMax else {
                throw FileRefusal(reason: "has a line of more than \(Self.sizeMax >> 20) MiB")
            }
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                return Array(buffer[start...])
            }
            buffer.removeFirst(start)
            start = 0
            searched = buffer.count
            beforeWaiting()
            try fill()
        }
    }

    private mutating func fill() throws(FileRefusal) {
        let count = unsafe read(descriptor, &chunk, chunk.count)
        if count < 0, errno == EINTR { return }
        guard count >= 0 else { throw FileRefusal(reason: FileReading.reason(errno)) }
        buffer += chunk.prefix(count)
        if isAtStart, buffer.starts(with: Self.byteOrderMark) { start = Self.byteOrderMark.count }
        isAtStart = isAtStart && buffer.count < Self.byteOrderMark.count
        isAtEnd = count == 0
    }
}
