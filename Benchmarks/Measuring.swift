internal import Glibc
internal import JSON

/// Two pieces of work, timed in turns: what the machine does to one it does to the other.
struct Pairs {
    /// Seconds, the median of five.
    let ours: Double
    let theirs: Double

    init(_ ours: () -> Void, _ theirs: () -> Void) {
        // Once each before anything is timed: caches, lazy tables, the file in memory.
        ours()
        theirs()
        var times: (ours: [Double], theirs: [Double]) = ([], [])
        for _ in 0..<5 {
            times.ours.append(Self.seconds(ours))
            times.theirs.append(Self.seconds(theirs))
        }
        self.ours = times.ours.sorted()[2]
        self.theirs = times.theirs.sorted()[2]
    }

    /// The time of one run, from as many as fill 20 ms.
    private static func seconds(_ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        var runs = 0
        let start = clock.now
        repeat {
            body()
            runs += 1
        } while start.duration(to: clock.now) < .milliseconds(20)
        return start.duration(to: clock.now) / .seconds(1) / Double(runs)
    }
}

/// Uses results, so that no compiler leaves out the work.
enum Consumer {
    nonisolated private static func fail() -> Never {
        print("slipway-bench: a result is missing or wrong")
        exit(70)
    }

    static func take(_ count: Int64) { if count < 0 { fail() } }

    static func take(number: Double) { if number.isNaN { fail() } }

    static func take(numbers: [Double]?) { if numbers?.isEmpty ?? true { fail() } }

    static func take(tree: JSONValue?) { if tree == nil { fail() } }
}

/// Runs a program to its end.
enum Spawn {
    static func run(_ program: String, _ arguments: [String]) {
        var process: pid_t = 0
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        guard unsafe posix_spawn(&process, program, &actions, nil, &words, environ) == 0 else {
            print("slipway-bench: expected the program '\(program)', found none that runs")
            exit(64)
        }
        var status: Int32 = 0
        unsafe waitpid(process, &status, 0)
        // What fails soon is no peer.
        guard status == 0 else {
            let line = "\(program) \(arguments.joined(separator: " "))"
            print("slipway-bench: expected '\(line)' to end well, found status \(status)")
            exit(70)
        }
    }
}

enum Files {
    /// The memory of this process that is in use.
    static func residentKiB() -> Int {
        guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        let words = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: " ")
        return (words.count > 1 ? Int(words[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE))) / 1024
    }

    static func write(_ bytes: [UInt8], to path: String) {
        guard let file = unsafe fopen(path, "w") else {
            print("slipway-bench: expected a file that may be written, found '\(path)'")
            exit(1)
        }
        unsafe fwrite(bytes, 1, bytes.count, file)
        unsafe fclose(file)
    }

    /// The bytes of a program without its symbols.
    static func strippedSize(of program: String) -> Int {
        let copy = "/tmp/slipway-bench-\(getpid()).stripped"
        defer { unsafe unlink(copy) }
        Spawn.run("/usr/bin/strip", ["-o", copy, program])
        var status = stat()
        return unsafe stat(copy, &status) == 0 ? Int(status.st_size) : 0
    }
}
