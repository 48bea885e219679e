internal import Glibc

/// Reads whole files, up to a size, with reasons that a person understands.
public enum FileReading {
    /// More than any document this program reads.
    public static let sizeMax = 16 << 20

    /// The bytes of what a person names on the command line: a file, a pipe that the shell made, or
    /// standard input for `-`.
    public static func bytes(ofOperand path: String, sizeMax: Int = sizeMax) throws(FileRefusal) -> [UInt8] {
        guard path != "-", path != "/dev/stdin" else { return try bytes(ofDescriptor: STDIN_FILENO, sizeMax: sizeMax) }
        let mayBePipe = path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/")
        return try bytes(of: path, sizeMax: sizeMax, mayBePipe: mayBePipe)
    }

    /// The bytes of a regular file.
    ///
    /// `whereOpened` is asked for the place of what was opened, which may have been exchanged after a look at the path.
    public static func bytes(
        of path: String,
        sizeMax: Int = sizeMax,
        whereOpened: ((String) -> Bool)? = nil
    ) throws(FileRefusal) -> [UInt8] {
        try bytes(of: path, sizeMax: sizeMax, mayBePipe: false, whereOpened)
    }

    private static func bytes(
        of path: String,
        sizeMax: Int = sizeMax,
        mayBePipe: Bool,
        _ whereOpened: ((String) -> Bool)? = nil
    ) throws(FileRefusal) -> [UInt8] {
        guard !path.utf8.contains(0) else { throw FileRefusal(reason: "has a zero byte in its name") }
        // Not blocking, so that a pipe without a writer is refused below and not waited for.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileRefusal(reason: reason(errno)) }
        defer { close(descriptor) }
        if let whereOpened {
            guard let place = place(of: descriptor), whereOpened(place) else {
                throw FileRefusal(reason: "was exchanged while it was opened")
            }
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw FileRefusal(reason: reason(errno)) }
        var expected = 0
        switch status.st_mode & S_IFMT {
        case S_IFREG: expected = Int(status.st_size)
        case S_IFDIR: throw FileRefusal(reason: "is a folder")
        // What a shell makes of `<(command)` is a pipe, which has a writer.
        case S_IFIFO where mayBePipe:
            _ = fcntl(descriptor, F_SETFL, 0)
        default: throw FileRefusal(reason: "is no regular file")
        }
        return try bytes(ofDescriptor: descriptor, sizeMax: sizeMax, expected: expected)
    }

    private static func bytes(
        ofDescriptor descriptor: Int32,
        sizeMax: Int,
        expected: Int = 0
    ) throws(FileRefusal) -> [UInt8] {
        guard expected <= sizeMax else { throw tooLarge(sizeMax) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(expected)
        var chunk = [UInt8](repeating: 0, count: expected > 1 << 20 ? 1 << 20 : 64 * 1024)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileRefusal(reason: reason(errno)) }
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= sizeMax else { throw tooLarge(sizeMax) }
        }
    }

    private static func place(of descriptor: Int32) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = unsafe readlink("/proc/self/fd/\(descriptor)", &bytes, Int(PATH_MAX))
        return count > 0 ? String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }

    private static func tooLarge(_ sizeMax: Int) -> FileRefusal {
        FileRefusal(reason: "has more than \(sizeMax >> 20) MiB")
    }

    /// What an error of the system means for a file, after its name.
    public static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT: "does not exist"
        case EACCES, EPERM: "may not be read by this user"
        case ENOTDIR: "lies below something that is no folder"
        case ELOOP: "is a link that leads to itself"
        case EISDIR: "is a folder"
        case ENAMETOOLONG: "has too long a name"
        default: "cannot be read (\(unsafe String(cString: strerror(code))))"
        }
    }
}

/// Why a file cannot be read: it stands behind the file's name.
public struct FileRefusal: Error {
    public let reason: String

    public init(reason: String) { self.reason = reason }
}
