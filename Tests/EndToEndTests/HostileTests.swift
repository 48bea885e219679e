import Foundation
import TestSupport
import Testing

/// Documents made to take for ever, or all memory, or the terminal.
///
/// Each is under 1 MB.
///
/// The limits are far from what is measured (under a second, under 60 MB), so that a slow machine passes
/// and a quadratic does not.
@Suite struct HostileEndToEndTests {
    static let rest = "sources: {m: {type: pva, pvs: [A]}}\nsinks: {s: {type: console}}\n"
    static let kinds = [
        "far names", "far aliases", "ambiguous", "rings", "combining name", "large alias", "large default",
        "many requests", "directives", "deep alias", "unknown fields", "deep list", "long names", "far defaults",
        "far nodes",
    ]

    static func document(_ kind: String) -> String {
        func each(_ count: Int, _ separator: String = ", ", _ text: (Int) -> String) -> String {
            (0..<count).map(text).joined(separator: separator)
        }
        let long = String(repeating: "x", count: 400_000)
        switch kind {
        case "far names":
            let pad = String(repeating: "x", count: 36)
            let names = each(5000) { "PV\(pad)\($0)" }
            return "flow: f\nsources: {m: {type: pva, pvs: [\(names)]}}\n"
                + "sinks: {s: {type: console, in: [\(each(5000) { "QV\(pad)\($0)" })]}}\n"
        case "far aliases":
            let anchors = each(5000, "") { "x-\($0): &anchornumber\($0) 1\n" }
            return "flow: f\n\(anchors)x-l: [\(each(5000) { "*anchernumbex\($0) " })]\n\(rest)"
        case "ambiguous":
            let sources = each(9000, "") { "  m\($0): {type: pva, pvs: [A]}\n" }
            return "flow: f\nsources:\n\(sources)sinks: {s: {type: console, in: {\(each(9000) { "i\($0): A" })}}}\n"
        case "rings":
            let back = each(3000) { "y\($0): x\($0 + 1)" }
            let steps = each(9000, "") {
                "  p\($0): {type: pass, in: {x\($0): \($0 == 0 ? "A, \(back)" : "x\($0 - 1)")}}\n"
            }
            return "flow: f\nsources: {m: {type: pva, pvs: [A]}}\nsteps:\n\(steps)sinks: {s: {type: console}}\n"
        case "combining name":
            let name = "a" + String(repeating: "\u{301}\u{316}", count: 200_000)
            return "flow: f\nsources: {m: {type: pva, pvs: [\"\(name)\"]}}\nsinks: {s: {type: console}}\n"
        case "large alias": return "flow: f\nabout: &a \"\(long)\"\nl: [\(each(100_000) { _ in "*a" })]\n\(rest)"
        case "large default":
            return "flow: f\nabout: &a \"${X:-\(long)}\"\nl: [\(each(100_000) { _ in "*a" })]\n\(rest)"
        case "many requests":
            return "flow: f\nl: &a [\(each(1000) { "'${N\($0):-x}'" })]\nk: [\(each(190) { _ in "*a" })]\n\(rest)"
        case "directives": return each(60_000, "") { "%TAG !\($0)! a\n" } + "---\nflow: f\n" + rest
        case "deep alias":
            let open = String(repeating: "[", count: 60)
            let close = String(repeating: "]", count: 60)
            return "flow: f\n" + each(120, "") { "x-\($0): &a\($0) \(open)\($0 == 0 ? "x" : "*a\($0 - 1)")\(close)\n" }
                + rest
        case "unknown fields": return "flow: f\n" + each(80_000, "") { "bad\($0): 1\n" } + rest
        case "far defaults":
            let outputs = each(9000) { "output\($0): A" }
            return "flow: f\nsources: {m: {type: pva, pvs: [A]}}\nsteps:\n  x: {type: formula, out: {\(outputs)}, "
                + "on_invalid: default, defaults: {\(each(9000) { "autput\($0): 1" })}}\nsinks: {s: {type: console}}\n"
        case "far nodes":
            let steps = each(9000, "") { "  p\($0): {type: model, model: m, in: [{from: pq\($0), signal: a}]}\n" }
            return "flow: f\nsources: {m: {type: pva, pvs: [A]}}\nsteps:\n\(steps)sinks: {s: {type: console}}\n"
        case "deep list": return String(repeating: "[", count: 900_000)
        default:
            let names = each(24) { String(repeating: Character(Unicode.Scalar(65 + UInt8($0))), count: 1000) }
            return "flow: f\nsources: {m: {type: pva, pvs: [\(names)]}}\n"
                + "sinks: {s: {type: console, in: [\(each(9000) { "q\($0)" })]}}\n"
        }
    }

    @Test("A hostile document is judged in bounded time, memory and words", arguments: kinds)
    func bounded(kind: String) throws {
        try withScratchFolder { folder in
            let document = Data(Self.document(kind).utf8)
            #expect(document.count < 1_000_000)
            try document.write(to: folder.appending(path: "hostile.yaml"))
            let script = "ulimit -v 1500000; exec timeout 30 \(Program.slipway.path) validate hostile.yaml"
            let outcome = try Program("/bin/bash").run(["-c", script], in: folder)
            #expect(outcome.status == 1, "\(outcome.errors.suffix(300))")
            #expect(outcome.bytes.count < 1_000_000)
            #expect(
                outcome.output.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }
            )
        }
    }
}
