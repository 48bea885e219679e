internal import Glibc

/// What this process uses of the machine.
public struct ProcessUse: Sendable {
    public let residentBytes: Int
    /// On all processors together, since the start.
    public let cpuSeconds: Double
    public let openFiles: Int

    /// Nil where the kernel does not tell.
    public init?() {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0,
            let pages = Self.words(of: "/proc/self/statm").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        residentBytes = pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        cpuSeconds = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        openFiles = Self.count(of: "/proc/self/fd")
    }

    private static func words(of path: String) -> [Substring] {
        guard let bytes = try? FileReading.bytes(of: path, sizeMax: 4096) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: " ")
    }

    private static func count(of folder: String) -> Int {
        guard let open = unsafe opendir(folder) else { return 0 }
        defer { unsafe closedir(open) }
        var count = 0
        while let entry = unsafe readdir(open) {
            // What begins with a point is no file of the process.
            if unsafe entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // The folder itself was open while it was read.
        return max(0, count - 1)
    }
}
