import TestSupport
import Testing

@testable import HTTP

@Suite struct EventReaderTests {
    typealias Event = HTTPEventReader.Event

    static func read(_ text: String) -> [Event] {
        var reader = HTTPEventReader()
        return reader.take(text.utf8)
    }

    @Test(
        "Events are read as the standard of browsers says",
        arguments: [
            ("data: a\n\n", [Event(name: "message", data: "a")]),
            ("data:a\r\n\r\n", [Event(name: "message", data: "a")]),
            ("data:  a\r\r", [Event(name: "message", data: " a")]),
            ("\u{FEFF}event: sample\nid: 7\ndata: a\ndata: b\n\n", [Event(name: "sample", data: "a\nb")]),
            (": a comment\n\ndata\n\n", [Event(name: "message", data: "")]),
            ("event: x\n\ndata: a\n\n", [Event(name: "message", data: "a")]),
            ("data: a\nretry: 10\nwhat: is this\n\ndata: cut off\n", [Event(name: "message", data: "a")]),
        ]
    )
    func reading(text: String, events: [Event]) { #expect(Self.read(text) == events) }

    @Test("What the server writes is read back, wherever the bytes are cut", arguments: 0..<100)
    func backAndForth(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pieces = ["a", "\n", "\r", "\r\n", ":", " ", "é", "data: ", "event", "\u{FEFF}"]
        var sent: [Event] = []
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let data = (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random)! }
            let text = data.joined()
            let stream = HTTPEventStream(overflow: .dropOldest)
            stream.send(HTTPEvent(name: "sample", data: text))
            if case .bytes(let some) = stream.next() { bytes += some }
            // All breaks are one to the reader.
            var lines: [UInt8] = []
            for (index, byte) in Array(text.utf8).enumerated() {
                if byte == 0x0A, index > 0, Array(text.utf8)[index - 1] == 0x0D { continue }
                lines.append(byte == 0x0D ? 0x0A : byte)
            }
            sent.append(Event(name: "sample", data: String(decoding: lines, as: UTF8.self)))
        }
        var reader = HTTPEventReader()
        var read: [Event] = []
        while !bytes.isEmpty {
            let count = Int.random(in: 1...bytes.count, using: &random)
            read += reader.take(bytes.prefix(count))
            bytes.removeFirst(count)
        }
        #expect(read == sent, "seed \(seed)")
    }

    @Test("An event beyond the limit is left out, and the next is read")
    func size() {
        var reader = HTTPEventReader()
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        var events = reader.take("data: ".utf8)
        for _ in 0..<20 { events += reader.take(piece) }
        events += reader.take("\n\ndata: small\n\n".utf8)
        #expect(events == [Event(name: "message", data: "small")])
    }
}
