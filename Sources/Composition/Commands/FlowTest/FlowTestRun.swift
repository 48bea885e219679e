internal import Component
internal import Flow
internal import Manifest
internal import Models
internal import Signals

/// Runs the tests of a flow, each on a flow that has just begun.
struct FlowTestRun {
    struct Outcome {
        let name: String
        let problems: [Diagnostic]

        var isPassed: Bool { problems.isEmpty }
    }

    let file: String
    let plan: FlowPlan

    /// A fixed time, so that nothing depends on when a test runs.
    private static let beginning = Stamp("2026-01-01T00:00:00Z") ?? .unknown

    func run(_ test: FlowTestFile.Test) -> Outcome {
        var problems: [Diagnostic] = []
        do throws(UnmadeNode) {
            var rehearsal = try Rehearsal(plan)
            var now = Self.beginning
            for step in test.steps {
                now = Stamp(nanoseconds: now.nanoseconds + 1_000_000_000)
                for given in step.given { put(given, now, &rehearsal, &problems) }
                rehearsal.evaluate(at: now)
                for expected in step.expected { check(expected, rehearsal, &problems) }
            }
        } catch {
            problems.append(
                problem(.start, test.place, "tests.\(test.name)", error.failure.problem, error.failure.advice)
            )
        }
        return Outcome(name: test.name, problems: problems)
    }

    private func problem(_ kind: ProblemKind, _ place: Place, _ path: String, _ text: String, _ advice: String = "")
        -> Diagnostic
    {
        Diagnostic(kind, at: .init(file: file, place: place), path: path, problem: text, advice: advice)
    }

    private func put(
        _ given: FlowTestFile.Given,
        _ now: Stamp,
        _ rehearsal: inout Rehearsal,
        _ problems: inout [Diagnostic]
    ) {
        let isKnown =
            switch given.content {
            case .lost(let reason): rehearsal.lose(given.signal, reason)
            case .sample(let value, let alarm, let stamp):
                rehearsal.put(given.signal, value, alarm: alarm, stamp: stamp ?? now)
            }
        guard !isKnown else { return }
        problems.append(
            problem(
                .unknownSignal,
                given.place,
                given.path,
                "expected a signal of a source, found '\(Printable.text(given.signal))'",
                Nearest.advice(given.signal, among: rehearsal.inputs, otherwise: "the signals are")
            )
        )
    }

    private func check(
        _ expected: FlowTestFile.Expected,
        _ rehearsal: borrowing Rehearsal,
        _ problems: inout [Diagnostic]
    ) {
        guard let sample = rehearsal.sample(expected.signal) else {
            let names = rehearsal.outputs
            let isKnown = names.contains(expected.signal)
            problems.append(
                problem(
                    isKnown ? .mismatch : .unknownSignal,
                    expected.place,
                    expected.path,
                    isKnown
                        ? "expected a value, found that it has not been computed: an input has not arrived"
                        : "expected a signal, found '\(Printable.text(expected.signal))'",
                    isKnown ? "" : Nearest.advice(expected.signal, among: names, otherwise: "the signals are")
                )
            )
            return
        }
        let alarm = sample.severity == .none ? "" : ", \(sample.severity): \(sample.alarm.message)"
        let found = "\(sample.value.text(elementsShown: 16))\(alarm)"
        func fail(_ wanted: String, _ what: String) {
            problems.append(problem(.mismatch, expected.place, expected.path, "expected \(wanted), found \(what)"))
        }
        if let value = expected.value, !Self.isSame(sample.value, value, within: expected.within) {
            fail(value.text(elementsShown: 16), found)
        } else if let severity = expected.severity, sample.severity != severity {
            fail("\(severity)", found)
        } else if expected.severity == nil, sample.severity == .invalid {
            // What is INVALID is never as expected by chance.
            fail("it to be good", found)
        }
        if let message = expected.message, !sample.alarm.message.contains(message) {
            fail("'\(message)' in the alarm's message", "'\(sample.alarm.message)'")
        }
        if let time = expected.time, sample.stamp != time { fail("the time \(time)", "\(sample.stamp)") }
    }

    private static func isSame(_ found: Value, _ wanted: Value, within: Double) -> Bool {
        func isNear(_ one: Double, _ other: Double) -> Bool {
            if one.isNaN || other.isNaN { return one.isNaN && other.isNaN }
            return one == other
                || abs(one - other) <= max(within, FlowTestFile.toleranceRelative * max(abs(one), abs(other)))
        }
        if case .text(let text) = wanted {
            switch found {
            case .text(let other): return other == text
            case .choice(let choice): return choice.label == text
            default: return false
            }
        }
        if case .tensor(let tensor) = wanted {
            let other: Tensor
            switch found {
            case .tensor(let given): other = given
            case .image(let image): other = image.tensor
            default: return false
            }
            guard tensor.shape == other.shape, let numbers = tensor.doubles(), let others = other.doubles() else {
                return false
            }
            return zip(numbers, others).allSatisfy(isNear)
        }
        guard let one = found.number, let other = wanted.number else { return false }
        return isNear(one, other)
    }
}
