internal import Glibc
internal import Manifest

/// Reads whole files, up to a size, with reasons that a person understands.
enum FileReading {
    /// More than any document this program reads.
    static let sizeMax = 16 << 20

    /// The bytes of what a person names on the command line: a file, a pipe that the shell made, or
    /// standard input for `-`.
    static func bytes(ofOperand path: String) throws(Expansion.Refusal) -> [UInt8] {
        guard path != "-", path != "/dev/stdin" else { return try bytes(ofDescriptor: STDIN_FILENO, sizeMax: sizeMax) }
        return try bytes(of: path, mayBePipe: path.hasPrefix("/dev/fd/") || path.hasPrefix("/proc/self/fd/"))
    }

    /// The bytes of a regular file.
    static func bytes(of path: String, sizeMax: Int = sizeMax) throws(Expansion.Refusal) -> [UInt8] {
        try bytes(of: path, sizeMax: sizeMax, mayBePipe: false)
    }

    private static func bytes(
        of path: String,
        sizeMax: Int = sizeMax,
        mayBePipe: Bool
    ) throws(Expansion.Refusal) -> [UInt8] {
        guard !path.utf8.contains(0) else { throw Expansion.Refusal(reason: "has a zero byte in its name") }
        // Not blocking, so that a pipe without a writer is refused below and not waited for.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Expansion.Refusal(reason: reason(errno)) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw Expansion.Refusal(reason: reason(errno)) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw Expansion.Refusal(reason: "is a folder")
        // What a shell makes of `<(command)` is a pipe, which has a writer.
        case S_IFIFO where mayBePipe:
            _ = fcntl(descriptor, F_SETFL, 0)
        default: throw Expansion.Refusal(reason: "is no regular file")
        }
        return try bytes(ofDescriptor: descriptor, sizeMax: sizeMax)
    }

    private static func bytes(ofDescriptor descriptor: Int32, sizeMax: Int) throws(Expansion.Refusal) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Expansion.Refusal(reason: reason(errno)) }
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= sizeMax else {
                throw Expansion.Refusal(reason: "has more than \(sizeMax >> 20) MiB")
            }
        }
    }

    static func reason(_ code: Int32) -> String {
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

extension Expansion {
    /// What the person at the command line may ask for: the environment, and files by a path from the
    /// folder of the document.
    static func granted(toDocument document: String) -> Expansion {
        let folder = document == "-" ? "" : String(document.prefix { _ in true }.dropLastComponent)
        return Expansion(
            variable: { Environment.variable($0) },
            file: { path throws(Refusal) in
                let full = path.hasPrefix("/") ? path : folder + path
                let bytes = try FileReading.bytes(of: full, sizeMax: 1 << 20)
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw Refusal(reason: "is not UTF-8")
                }
                return text
            }
        )
    }
}

extension Substring {
    /// `a/b/` of `a/b/c`.
    fileprivate var dropLastComponent: Substring {
        lastIndex(of: "/").map { self[...$0] } ?? ""
    }
}
