import Component
import JSON
import PVAccess
import Signals
import TestSupport
import Testing

/// Images, whose dimensions are the other way round on the wire.
// One after the other: each has threads or processes of its own, and two cores serve them all.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ImageTests {
    static let types = [
        "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64",
    ]

    @Test("An image of 2 rows and 3 columns is one, of every element type")
    func mono() async throws {
        let (peer, client) = try await ClientTests.connected(
            Self.types.map {
                """
                {"do": "add", "name": "\($0)", "type": "image", "dtype": "\($0)", "value": [1, 2, 3, 4, 5, 6], \
                "shape": [2, 3], "mode": 0}
                """
            }
        )
        defer { peer.kill() }
        for type in Self.types {
            let reading = try await client.get(type)
            guard case .image(let image) = reading.value else { throw Unexpected() }
            #expect(image.tensor.elementType.description == type)
            #expect(image.tensor.shape == [2, 3])
            #expect(image.axes.map(\.kind) == [.row, .column])
            // The peer numbers offsets and steps from the fastest dimension.
            #expect(image.axes.map(\.origin) == [10, 0])
            #expect(image.axes.map(\.step) == [2, 1])
            #expect(image.tensor.number(at: 3) == 4)
            #expect(reading.stamp == Stamp(nanoseconds: 1_700_000_000_000_000_005))
        }
    }

    static let modes: [(Int?, [Int], [Image.Axis.Kind])] = [
        (2, [2, 4, 3], [.row, .column, .colour]),
        (3, [2, 3, 4], [.row, .colour, .column]),
        (4, [3, 2, 4], [.colour, .row, .column]),
        (nil, [3, 2, 4], [.colour, .row, .column]),
        (nil, [3, 4, 3], [.row, .column, .colour]),
        (0, [2, 4], [.row, .column]),
    ]

    @Test("Colours are where the mode says, else where there are three", arguments: modes)
    func colours(mode: Int?, shape: [Int], kinds: [Image.Axis.Kind]) async throws {
        let numbers = (0..<shape.reduce(1, *)).map(String.init).joined(separator: ", ")
        let (peer, client) = try await ClientTests.connected([
            """
            {"do": "add", "name": "A", "type": "image", "dtype": "uint8", "value": [\(numbers)], "shape": \(shape)\
            \(mode.map { ", \"mode\": \($0)" } ?? "")}
            """
        ])
        defer { peer.kill() }
        guard case .image(let image) = try await client.get("A").value else { throw Unexpected() }
        #expect(image.tensor.shape == shape)
        #expect(image.axes.map(\.kind) == kinds)
    }

    @Test("What we serve is an image to others: union, sizes, dimensions, mode, number and time")
    func served() async throws {
        let server = try PVAServer([PVADeclaration("A", .image)])
        let client = try server.client()
        let peer = try await Peer("client", ports: (server.port, server.broadcastPort))
        defer { peer.kill() }
        let tensor = try Tensor([1, 2, 3, 4, 5, 6] as [UInt16], shape: [2, 3])
        let image = try Image(tensor, axes: [Image.Axis(.row, origin: 7), Image.Axis(.column, step: 4)])
        #expect(server.post(0, Sample(.tensor(tensor))) == nil)
        #expect(server.post(0, Sample(.image(image))) == nil)
        let answer = try await peer.tell("{\"do\": \"get\", \"name\": \"A\"}")
        #expect(answer["id"] == "epics:nt/NTNDArray:1.0")
        let value = try #require(answer["value"])
        #expect(value["value"]?["dtype"] == "uint16")
        #expect(value["value"]?["list"] == .array((1...6).map { .integer($0) }))
        #expect(value["compressedSize"] == 12)
        #expect(value["uncompressedSize"] == 12)
        #expect(value["uniqueId"] == 2)
        #expect(value["codec"]?["name"] == "")
        #expect(value["dataTimeStamp"]?["secondsPastEpoch"] == 1_700_000_000)
        #expect(value["dataTimeStamp"]?["nanoseconds"] == 123_456_789)
        #expect(value["dimension"]?[0]?["size"] == 3)
        #expect(value["dimension"]?[0]?["binning"] == 4)
        #expect(value["dimension"]?[1]?["size"] == 2)
        #expect(value["dimension"]?[1]?["offset"] == 7)
        #expect(value["attribute"]?[0]?["name"] == "ColorMode")
        #expect(value["attribute"]?[0]?["value"] == 0)
        #expect(try await client.get("A").value == .image(image))
    }

    @Test("An image of every element type and mode comes back as it went", arguments: modes.prefix(3))
    func round(mode: Int?, shape: [Int], kinds: [Image.Axis.Kind]) async throws {
        let server = try PVAServer([PVADeclaration("A", .image)])
        let client = try server.client()
        let tensor = try Tensor((0..<24).map { Float($0) }, shape: shape)
        let image = try Image(tensor, axes: kinds.map { Image.Axis($0) })
        #expect(server.post(0, Sample(.image(image))) == nil)
        #expect(try await client.get("A").value == .image(image))
    }
}
