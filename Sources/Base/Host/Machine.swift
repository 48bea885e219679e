internal import CLinux
internal import Glibc

/// What this process was given by the machine, read from the kernel.
///
/// A value, so that the judgement of it can be tested without such a machine.
public struct Machine: Sendable {
    public var kernel: String
    public var processors: Int
    /// Processors' worth of time that the control group allows; nil without a limit.
    public var cpuQuota: Double?
    /// Bytes that the control group allows; nil without a limit.
    public var memoryLimit: Int?
    public var openFilesMax: UInt64
    /// Nil where the kernel does not say.
    public var clock: (isSynchronised: Bool, errorEstimate: Duration)?

    public static func live() -> Machine {
        let group = ControlGroup.ofThisProcess()
        var clock = lnx_clock()
        let hasClock = unsafe lnx_clock_state(&clock)
        return Machine(
            kernel: unsafe text(lnx_kernel_release()),
            processors: Int(lnx_processors_allowed()),
            cpuQuota: group.cpuQuota,
            memoryLimit: group.memoryLimit,
            openFilesMax: lnx_open_files_max(),
            clock: hasClock ? (clock.is_synchronised, .microseconds(clock.error_estimate_us)) : nil
        )
    }

    /// The file a library was loaded from.
    public static func loadedLibrary(_ namePart: String) -> String? {
        let path = unsafe text(lnx_loaded_library(namePart))
        return path.isEmpty ? nil : path
    }

    private static func text(_ owned: UnsafeMutablePointer<CChar>?) -> String {
        guard let owned = unsafe owned else { return "" }
        defer { unsafe free(owned) }
        return unsafe String(cString: owned)
    }
}

/// The limits of a Linux control group, of version 2 or 1.
public struct ControlGroup: Sendable {
    public let cpuQuota: Double?
    public let memoryLimit: Int?

    public static func ofThisProcess() -> ControlGroup {
        ControlGroup(membership: contents("/proc/self/cgroup") ?? "") { contents("/sys/fs/cgroup" + $0) }
    }

    /// - Parameters:
    ///   - membership: The text of `/proc/self/cgroup`.
    ///   - file: Reads a file below the mount point.
    public init(membership: String, file: (String) -> String?) {
        var quotas: [Double] = []
        var memories: [Int] = []
        for line in membership.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            // Inside of a container the group's path may not be visible: then it is the mount point.
            for path in Self.ancestors(of: String(parts[2])) {
                let controllers = parts[1].split(separator: ",")
                if parts[1].isEmpty {
                    if let quota = Self.quota(file(path + "/cpu.max")) { quotas.append(quota) }
                    if let memory = Self.number(file(path + "/memory.max")) { memories.append(memory) }
                }
                if controllers.contains("cpu") {
                    let quota = Self.number(file("/cpu" + path + "/cpu.cfs_quota_us"))
                    let period = Self.number(file("/cpu" + path + "/cpu.cfs_period_us"))
                    if let quota, let period, quota > 0, period > 0 { quotas.append(Double(quota) / Double(period)) }
                }
                if controllers.contains("memory") {
                    let memory = Self.number(file("/memory" + path + "/memory.limit_in_bytes"))
                    if let memory, memory < 1 << 60 { memories.append(memory) }
                }
            }
        }
        // A limit of any ancestor holds too.
        cpuQuota = quotas.min()
        memoryLimit = memories.min()
    }

    /// `/a/b`, `/a` and the root, which is the empty path.
    private static func ancestors(of path: String) -> [String] {
        var paths: [String] = []
        var rest = path == "/" ? "" : path
        while !rest.isEmpty, paths.count < 64 {
            paths.append(rest)
            rest = rest.lastIndex(of: "/").map { String(rest[..<$0]) } ?? ""
        }
        return paths + [""]
    }

    /// `50000 100000` is half a processor; `max 100000` is no limit.
    private static func quota(_ text: String?) -> Double? {
        let words = (text ?? "").split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        return words.count == 2 && words[1] > 0 ? words[0] / words[1] : nil
    }

    private static func number(_ text: String?) -> Int? {
        text?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }

    private static func contents(_ path: String) -> String? {
        (try? FileReading.bytes(of: path, sizeMax: 1 << 20)).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
