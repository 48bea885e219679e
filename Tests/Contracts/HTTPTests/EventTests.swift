import HTTP
import Testing

@Suite struct EventTests {
    static func text(_ stream: HTTPEventStream) -> [String] {
        var texts: [String] = []
        while case .bytes(let bytes) = stream.next() { texts.append(String(decoding: bytes, as: UTF8.self)) }
        return texts
    }

    static func event(_ number: Int) -> HTTPEvent { HTTPEvent(data: "\(number)") }

    @Test(
        "An event is written as browsers read it, and nothing in it begins another",
        arguments: [
            (HTTPEvent(data: "a"), "data: a\n\n"), (HTTPEvent(data: ""), "data: \n\n"),
            (HTTPEvent(name: "violation", id: "7", data: "x"), "event: violation\nid: 7\ndata: x\n\n"),
            (HTTPEvent(data: "a\nb\r\nc\rd\n"), "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"),
            (HTTPEvent(name: "a\ndata: b", id: "1\r\n\u{0}", data: "c"), "event: a data: b\nid: 1   \ndata: c\n\n"),
        ]
    )
    func writing(event: HTTPEvent, text: String) {
        let stream = HTTPEventStream(overflow: .dropOldest)
        stream.send(event)
        #expect(Self.text(stream) == [text])
    }

    @Test("A slow client misses the oldest, counted, by number", arguments: [(3, 0), (4, 1), (10, 7)])
    func oldest(sent: Int, dropped: Int) {
        let stream = HTTPEventStream(eventsMax: 3, overflow: .dropOldest)
        for number in 1...sent { #expect(stream.send(Self.event(number))) }
        #expect(stream.droppedCount == dropped)
        #expect(Self.text(stream) == (sent - 2...sent).map { "data: \($0)\n\n" })
        #expect(stream.next() == .wait)
    }

    @Test("A slow client misses the oldest by bytes; one event always may wait")
    func bytes() {
        // Each has 9 bytes.
        let stream = HTTPEventStream(bytesMax: 18, overflow: .dropOldest)
        for number in 1...3 { stream.send(Self.event(number)) }
        #expect(Self.text(stream) == ["data: 2\n\n", "data: 3\n\n"])
        stream.send(HTTPEvent(data: String(repeating: "x", count: 1000)))
        #expect(stream.isOpen)
        #expect(Self.text(stream).map(\.utf8.count) == [1008])
    }

    @Test("A client that may miss nothing is dropped instead")
    func client() {
        let stream = HTTPEventStream(eventsMax: 2, overflow: .dropClient)
        #expect(stream.send(Self.event(1)))
        #expect(stream.send(Self.event(2)))
        #expect(!stream.send(Self.event(3)))
        #expect(!stream.send(Self.event(4)))
        #expect(stream.isOverrun)
        #expect(stream.next() == .cut)
        #expect(stream.droppedCount == 3)
        stream.leave()
        #expect(stream.isOverrun)
    }

    @Test("A finished stream ends after its last event; one whose client left takes no more")
    func ends() {
        let finished = HTTPEventStream(overflow: .dropOldest)
        finished.send(Self.event(1))
        finished.finish()
        #expect(!finished.send(Self.event(2)))
        #expect(Self.text(finished) == ["data: 1\n\n"])
        #expect(finished.next() == .end)
        let left = HTTPEventStream(overflow: .dropOldest)
        left.leave()
        #expect(!left.send(Self.event(1)))
        #expect(left.next() == .cut)
    }

    @Test("The server is woken once for what waits, and for the end")
    func waking() async {
        let stream = HTTPEventStream(eventsMax: 2, overflow: .dropOldest)
        await confirmation(expectedCount: 3) { woken in
            stream.attach { woken() }
            for number in 1...5 { stream.send(Self.event(number)) }
            _ = Self.text(stream)
            stream.send(Self.event(6))
            stream.finish()
            stream.finish()
        }
    }

    @Test("A feed serves many clients, forgets those that left, and refuses those beyond its limit")
    func feed() throws {
        let feed = HTTPEventFeed(clientsMax: 2, eventsMax: 1, overflow: .dropOldest)
        let (one, two) = (try feed.subscribe(), try feed.subscribe())
        let problem = #expect(throws: HTTPProblem.self) { try feed.subscribe() }
        #expect(problem?.code == "too-many-listeners")
        feed.send(Self.event(1))
        feed.send(Self.event(2))
        #expect(feed.droppedCount == 2)
        #expect(Self.text(one) == ["data: 2\n\n"])
        one.leave()
        feed.send(Self.event(3))
        #expect(feed.clientCount == 1)
        #expect(feed.droppedCount == 3)
        let three = try feed.subscribe()
        feed.finish()
        #expect(Self.text(two) == ["data: 3\n\n"])
        #expect(two.next() == .end)
        #expect(three.next() == .end)
        #expect(try feed.subscribe().next() == .end)
    }
}
