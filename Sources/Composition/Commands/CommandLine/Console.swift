internal import Glibc

/// Where a command prints, and whether that is a terminal: two values that tests replace.
package struct Console {
    let output: Stream
    let errors: Stream

    package init(output: Stream, errors: Stream) {
        self.output = output
        self.errors = errors
    }

    /// The process's own standard output and standard error.
    static func live() -> Console {
        Console(output: .descriptor(STDOUT_FILENO), errors: .descriptor(STDERR_FILENO))
    }

    /// One of the two ways out.
    ///
    /// What is printed is kept until ``flush()``, so that a report is one write.
    package final class Stream {
        private let write: (borrowing Span<UInt8>) -> Bool
        let isTerminal: Bool
        /// Nil where a test reads.
        private let descriptor: Int32?
        private var buffer: [UInt8] = []
        /// Whether something could not be written: a full disk, a closed pipe.
        private(set) var hasFailed = false

        private static let bufferMax = 64 * 1024

        package init(isTerminal: Bool, descriptor: Int32? = nil, write: @escaping (borrowing Span<UInt8>) -> Bool) {
            self.isTerminal = isTerminal
            self.descriptor = descriptor
            self.write = write
        }

        func print(_ text: some StringProtocol, terminator: String = "\n") {
            buffer.append(contentsOf: text.utf8)
            buffer.append(contentsOf: terminator.utf8)
            if buffer.count >= Self.bufferMax { flush() }
        }

        package func flush() {
            guard !buffer.isEmpty else { return }
            if !hasFailed { hasFailed = !write(buffer.span) }
            buffer.removeAll(keepingCapacity: true)
        }

        /// The text in a colour, where colours are seen as such.
        func colored(_ text: String, _ color: Color) -> String {
            usesColors ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
        }

        /// How many characters a line has, and how many lines there are.
        var size: (width: Int, height: Int) {
            var size = winsize()
            guard let descriptor, unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
                return (80, 24)
            }
            return (Int(size.ws_col), Int(size.ws_row))
        }

        private var usesColors: Bool {
            isTerminal && Environment.variable("NO_COLOR", isSetBy: { !$0.isEmpty }) == nil
                && Environment.variable("TERM") != "dumb"
        }

        static func descriptor(_ descriptor: Int32) -> Stream {
            Stream(isTerminal: isatty(descriptor) == 1, descriptor: descriptor) { bytes in
                unsafe bytes.withUnsafeBytes { bytes in
                    var rest = unsafe bytes[...]
                    while !(unsafe rest.isEmpty) {
                        let chunk = unsafe UnsafeRawBufferPointer(rebasing: rest)
                        let count = unsafe Glibc.write(descriptor, chunk.baseAddress, chunk.count)
                        if count < 0, errno == EINTR { continue }
                        if count < 0, errno == EAGAIN {
                            // Somebody else made the pipe non-blocking: wait for room as a blocking one does.
                            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                            _ = unsafe poll(&wait, 1, -1)
                            continue
                        }
                        guard count > 0 else { return false }
                        unsafe rest = rest.dropFirst(count)
                    }
                    return true
                }
            }
        }
    }

    enum Color: Int {
        case red = 31
        case green = 32
        case yellow = 33
        case magenta = 35
        case bold = 1
    }
}

/// The process's environment.
enum Environment {
    static func variable(_ name: String, isSetBy accepts: (String) -> Bool = { _ in true }) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return accepts(text) ? text : nil
    }
}
