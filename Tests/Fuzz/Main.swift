internal import Glibc
internal import Synchronization

/// Throws broken input at every reader of the program and watches time, memory and results.
///
///     slipway-fuzz [--rounds N] [--seed N] [--only json|flow|arguments|formula|onnx]
///
/// Every round has a seed of its own; a finding prints it, and `--seed S --rounds 1` has it again.
@main
struct Main {
    /// Longer than any input of 64 KiB may take on a slow machine.
    static let secondsMax = 5.0
    static let residentMiBMax = 1024

    static func main() {
        let options = Options(CommandLine.arguments.dropFirst())
        // The seeds are in the log before anything happens.
        print("fuzz: \(options.rounds) rounds a target from seed \(options.seed)")
        watchForCrashes()
        var isFine = true
        for target in [Target.json, .flow(flowDocuments()), .arguments, .formula, .onnx(models())]
        where options.only ?? target.name == target.name {
            isFine = run(target, options) && isFine
        }
        exit(isFine ? 0 : 1)
    }

    private static func run(_ target: Target, _ options: Options) -> Bool {
        var slowest = (seconds: 0.0, seed: UInt64(0))
        let clock = ContinuousClock()
        for round in 0..<UInt64(options.rounds) {
            let seed = options.seed &+ round
            Finding.seed.store(seed, ordering: .relaxed)
            var random = Generator(seed: seed)
            let good = target.seeds[random.below(target.seeds.count)]
            let other = target.seeds[random.below(target.seeds.count)]
            let input = Mutation.mutate(good, with: other, using: &random)
            // A round that never ends is ended, and its seed printed, by the signal of the alarm.
            alarm(60)
            var complaint: String?
            let seconds = clock.measure { complaint = target.check(input) } / .seconds(1)
            if seconds > slowest.seconds { slowest = (seconds, seed) }
            if seconds > secondsMax { complaint = complaint ?? "took \(seconds) s for \(input.count) bytes" }
            if let complaint {
                print("fuzz: \(target.name): seed \(seed): \(complaint)")
                print("      again with: slipway-fuzz --only \(target.name) --seed \(seed) --rounds 1")
                return false
            }
        }
        let memory = residentMiB()
        let milliseconds = (slowest.seconds * 10_000).rounded() / 10
        print(
            "fuzz: \(target.name): \(options.rounds) rounds, slowest \(milliseconds) ms "
                + "(seed \(slowest.seed)), \(memory) MiB"
        )
        if memory > residentMiBMax { print("fuzz: \(target.name): more than \(residentMiBMax) MiB") }
        return memory <= residentMiBMax
    }

    /// Prints the seed when a reader crashes, which is what a fuzzer is for.
    private static func watchForCrashes() {
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGALRM] {
            signal(number) { number in
                Finding.report(signal: number)
                _exit(1)
            }
        }
    }

    private static func residentMiB() -> Int {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }

    /// The documents of the repository, found from the working directory, which is its root.
    private static func flowDocuments() -> [[UInt8]] {
        ["good", "bad", "foreign"].flatMap { files(in: "Tests/Composition/CommandsTests/\($0)", ending: ".yaml") }
    }

    private static func models() -> [[UInt8]] { files(in: "Tests/Composition/CommandsTests/models", ending: ".onnx") }

    private static func files(in path: String, ending: String) -> [[UInt8]] {
        guard let stream = unsafe opendir(path) else {
            print("fuzz: expected the folder '\(path)', found none: run from the root of the repository")
            exit(64)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name.hasSuffix(ending) { names.append(name) }
        }
        // The order of a folder is chance; that of the seeds is not.
        return names.sorted().compactMap { contents("\(path)/\($0)") }
    }

    private static func contents(_ path: String) -> [UInt8]? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}

struct Options {
    private(set) var rounds = 1000
    private(set) var seed: UInt64 = 1
    private(set) var only: String?

    init(_ words: ArraySlice<String>) {
        var rest = words
        while let name = rest.popFirst() {
            let value = rest.popFirst() ?? ""
            switch name {
            case "--rounds" where (Int(value) ?? 0) > 0: rounds = Int(value) ?? rounds
            case "--seed" where UInt64(value) != nil: seed = UInt64(value) ?? seed
            case "--only" where ["json", "flow", "arguments", "formula", "onnx"].contains(value): only = value
            default:
                print("usage: slipway-fuzz [--rounds N] [--seed N] [--only json|flow|arguments|formula|onnx]")
                exit(64)
            }
        }
    }
}

/// What a signal handler touches: a number that was there before, and bytes on its own stack.
enum Finding {
    static let seed = Atomic<UInt64>(0)

    static func report(signal: Int32) {
        tell("fuzz: crash or no end in seed ")
        tell(seed.load(ordering: .relaxed))
        tell(", signal ")
        tell(UInt64(signal))
        tell("\n")
    }

    private static func tell(_ text: StaticString) {
        _ = unsafe write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }

    private static func tell(_ number: UInt64) {
        var divisor: UInt64 = 1
        while number / divisor > 9 { divisor *= 10 }
        while divisor > 0 {
            var digit = UInt8(truncatingIfNeeded: number / divisor % 10) + UInt8(ascii: "0")
            _ = unsafe write(STDERR_FILENO, &digit, 1)
            divisor /= 10
        }
    }
}
