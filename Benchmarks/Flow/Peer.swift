internal import Glibc

/// A process that is measured from outside: the program with a flow, or a floor, which is this program in another role.
final class Peer {
    let process: pid_t
    private let name: String
    private let input: Int32
    private let output: Int32
    private let log: String
    private var isEnded = false

    /// Has the threads of EPICS run as all others do: as root they would be above all others of the machine, and a
    /// floor that has no other threads would not know what a busy machine is.
    static let equalThreads = ("EPICS_ALLOW_POSIX_THREAD_PRIORITY_SCHEDULING", "NO")

    /// The ports of EPICS that peers on this machine may have: nobody else's, and on loopback alone.
    private static let environment = [
        "\(equalThreads.0)=\(equalThreads.1)",
        "EPICS_PVA_ADDR_LIST=127.0.0.1", "EPICS_PVA_AUTO_ADDR_LIST=NO", "EPICS_PVAS_INTF_ADDR_LIST=127.0.0.1",
        "EPICS_PVAS_AUTO_BEACON_ADDR_LIST=NO", "EPICS_PVAS_BROADCAST_PORT=\(broadcastPort)",
        "EPICS_PVA_BROADCAST_PORT=\(broadcastPort)",
    ]

    static let broadcastPort = 20_000 + Int(getpid()) % 20_000

    nonisolated(unsafe) private static var count = 0
    /// Those that run, so that none stays behind a benchmark that fails.
    nonisolated(unsafe) private static var running: Set<pid_t> = []

    static func endAll() { for process in unsafe running { kill(process, SIGTERM) } }

    init(_ program: String, _ arguments: [String]) {
        name = ([program] + arguments).joined(separator: " ")
        unsafe Self.count += 1
        log = unsafe "/tmp/slipway-bench-\(getpid())-\(Self.count).log"
        var (toPeer, fromPeer): ([Int32], [Int32]) = ([0, 0], [0, 0])
        unsafe pipe(&toPeer)
        unsafe pipe(&fromPeer)
        // A peer holds no other peer's input open.
        for descriptor in toPeer + fromPeer { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, toPeer[0], STDIN_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, fromPeer[1], STDOUT_FILENO)
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        var variables = unsafe Self.environment.map { unsafe strdup($0) }
        var next = unsafe environ
        while let variable = unsafe next.pointee {
            if unsafe strncmp(variable, "EPICS_", 6) != 0 { unsafe variables.append(strdup(variable)) }
            unsafe next += 1
        }
        unsafe variables.append(nil)
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        var made: pid_t = 0
        guard unsafe posix_spawn(&made, program, &actions, nil, &words, &variables) == 0 else {
            print("slipway-bench: expected the program '\(program)', found none that runs")
            exit(64)
        }
        process = made
        unsafe Self.running.insert(made)
        close(toPeer[0])
        close(fromPeer[1])
        input = toPeer[1]
        output = fromPeer[0]
    }

    /// This program in another role.
    static func floor(_ words: String...) -> Peer { Peer("/proc/self/exe", ["--as"] + words) }

    deinit {
        if !isEnded { end() }
        close(output)
        unsafe unlink(log)
    }

    /// The numbers of its next line.
    func numbers() -> [Double] {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(output, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        let numbers = String(decoding: line, as: UTF8.self).split(separator: " ").compactMap { Double($0) }
        guard !numbers.isEmpty else { fail("a line of numbers") }
        return numbers
    }

    /// All that it prints until it ends by itself.
    func wholeOutput() -> String {
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(output, &bytes, bytes.count)
            guard count > 0 else { break }
            text += bytes.prefix(count)
        }
        var status: Int32 = 0
        unsafe waitpid(process, &status, 0)
        isEnded = true
        unsafe Self.running.remove(process)
        close(input)
        if status != 0 { fail("that it ends well") }
        return String(decoding: text, as: UTF8.self)
    }

    func ask() { unsafe write(input, [UInt8(ascii: "?")], 1) }

    /// What it has told on its standard error.
    var told: String { Files.text(log) }

    /// Waits until it has told something; the port behind which it serves, where it has told one.
    @discardableResult
    func wait(for text: String, seconds: Double = 10) -> Int {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            let told = told
            if told.contains(text) {
                guard let found = told.firstRange(of: "127.0.0.1:") else { return 0 }
                return Int(told[found.upperBound...].prefix { $0.isNumber }) ?? 0
            }
            usleep(500)
        }
        fail("'\(text)' on its standard error")
    }

    /// The seconds of the processor that it has used.
    var cpu: Double {
        var clock = clockid_t()
        var time = timespec()
        guard unsafe clock_getcpuclockid(process, &clock) == 0, unsafe clock_gettime(clock, &time) == 0 else {
            fail("that it runs")
        }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The memory that it uses now, in MB.
    var resident: Double {
        let words = Files.text("/proc/\(process)/statm").split(separator: " ")
        guard words.count > 1, let pages = Double(words[1]) else { fail("that it runs") }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
    }

    /// Whether it still runs.
    var isRunning: Bool {
        guard !isEnded else { return false }
        var status: Int32 = 0
        guard unsafe waitpid(process, &status, WNOHANG) == process else { return true }
        isEnded = true
        unsafe Self.running.remove(process)
        close(input)
        if status != 0 { fail("that it ends well") }
        return false
    }

    /// Has it end, and sees that it does so well: floors at the end of their input, the program when it is told.
    func end() {
        guard isRunning else { return }
        close(input)
        kill(process, SIGTERM)
        var status: Int32 = 0
        unsafe waitpid(process, &status, 0)
        isEnded = true
        unsafe Self.running.remove(process)
        guard status == 0 || status == SIGTERM else { fail("that it ends well") }
    }

    private func fail(_ expected: String) -> Never {
        print("slipway-bench: expected of '\(name)' \(expected), found:\n\(told)")
        Self.endAll()
        exit(70)
    }
}

extension Files {
    static func text(_ path: String) -> String {
        guard let file = unsafe fopen(path, "r") else { return "" }
        defer { unsafe fclose(file) }
        var text: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&bytes, 1, bytes.count, file)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += bytes.prefix(count)
        }
    }
}
