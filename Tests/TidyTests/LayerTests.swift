import Foundation
import TestSupport
import Testing

/// The layers of docs/architecture.md: what each room may import, of our own and of the system.
@Suite struct LayerTests {
    struct Room: CustomTestStringConvertible, Sendable {
        let folder: String
        let allowed: Set<String>

        var testDescription: String { folder }
    }

    static let rooms = [
        Room(folder: "Sources/Base/Signals", allowed: []),
        Room(folder: "Sources/Base/JSON", allowed: ["CNumbers"]),
        Room(folder: "Sources/Base/Formula", allowed: ["CArrayKernels", "CSpecialFunctions", "Glibc"]),
        Room(folder: "Sources/Base/Digests", allowed: ["CDigest", "Dispatch"]),
        Room(folder: "Sources/Base/Host", allowed: ["CLinux", "Glibc"]),
        Room(folder: "Sources/Base/Lifetime", allowed: ["Dispatch", "Glibc", "Synchronization"]),
        Room(folder: "Sources/Base/Telemetry", allowed: ["Synchronization"]),
        Room(folder: "Sources/Contracts/Manifest", allowed: ["Formula", "JSON", "CYAML"]),
        Room(folder: "Sources/Contracts/Component", allowed: ["Host", "Lifetime", "Signals"]),
        Room(folder: "Sources/Contracts/HTTP", allowed: ["JSON", "Lifetime"]),
        Room(folder: "Sources/Contracts/Models", allowed: ["Digests", "JSON", "Lifetime", "Signals"]),
        Room(folder: "Sources/Components/Clock", allowed: ["Component", "Lifetime", "Manifest", "Signals"]),
        Room(
            folder: "Sources/Components/Console",
            allowed: ["Component", "Glibc", "JSON", "Lifetime", "Manifest", "Models", "Signals"]
        ),
        Room(
            folder: "Sources/Components/FormulaTransform",
            allowed: ["Component", "Formula", "Lifetime", "Manifest", "Signals"]
        ),
        Room(folder: "Sources/Components/FolderStore", allowed: ["Glibc", "Host", "JSON", "Manifest", "Models"]),
        Room(folder: "Sources/Components/HTTPClient", allowed: ["CCurl", "Component", "HTTP", "Lifetime"]),
        Room(
            folder: "Sources/Components/HTTPServer",
            allowed: ["CMicrohttpd", "Component", "Glibc", "HTTP", "Lifetime"]
        ),
        Room(
            folder: "Sources/Components/ImageTransform",
            allowed: ["Component", "Lifetime", "Manifest", "Signals"]
        ),
        Room(
            folder: "Sources/Components/Model",
            allowed: ["Component", "Digests", "JSON", "Lifetime", "Manifest", "Models", "Signals"]
        ),
        Room(
            folder: "Sources/Components/ONNX",
            allowed: ["Component", "COnnxRuntime", "Host", "Lifetime", "Models", "Signals"]
        ),
        Room(
            folder: "Sources/Components/PVAccess",
            allowed: ["Component", "CPVXS", "Dispatch", "JSON", "Lifetime", "Manifest", "Signals"]
        ),
        Room(folder: "Sources/Components/Pass", allowed: ["Component", "Lifetime", "Manifest", "Signals"]),
        Room(
            folder: "Sources/Components/Recorder",
            allowed: ["Component", "Host", "JSON", "Lifetime", "Manifest", "Models", "Signals"]
        ),
        Room(
            folder: "Sources/Components/Replay",
            allowed: ["Component", "Host", "JSON", "Lifetime", "Manifest", "Models", "Signals"]
        ),
        Room(
            folder: "Sources/Components/Requests",
            allowed: ["Component", "HTTP", "JSON", "Lifetime", "Manifest", "Signals"]
        ),
        Room(
            folder: "Sources/Services/Flow",
            allowed: [
                "Component", "Dispatch", "Host", "JSON", "Lifetime", "Manifest", "Models", "Signals",
                "Synchronization", "Telemetry",
            ]
        ),
        Room(folder: "Sources/Dialects", allowed: ["JSON", "Manifest"]),
        Room(
            folder: "Sources/Composition/Catalog",
            allowed: [
                "BasicComponents", "Component", "Dialects", "Flow", "FolderStore", "HTTP", "HTTPClient", "HTTPServer",
                "Lifetime", "Manifest", "Models", "ONNX", "PVAccess",
            ]
        ),
        Room(
            folder: "Sources/Composition/Commands",
            allowed: [
                "CLinux", "Catalog", "Component", "Digests", "Dispatch", "Flow", "Formula", "Glibc", "HTTP", "Host",
                "JSON", "Lifetime", "Manifest", "Models", "Signals", "Telemetry",
            ]
        ),
        Room(folder: "Sources/slipway", allowed: ["Commands", "Glibc"]),
    ]

    @Test("A file imports only what its room may", arguments: rooms)
    func imports(room: Room) throws {
        let files = try SourceFile.all(in: room.folder)
        #expect(!files.isEmpty)
        for file in files {
            for (line, module) in file.imports where !room.allowed.contains(module) {
                Issue.record("\(file.path):\(line): \(room.folder) may not import \(module)")
            }
        }
    }

    @Test(
        "An import is seen however it is written",
        arguments: [
            "import Foundation", "public import Foundation", "@testable import Foundation",
            "import struct Foundation.Date",
            "  import Foundation", "import Foundation // for dates", "@preconcurrency internal import Foundation",
            "fileprivate import Foundation.NSData", "@_spi(X) import Foundation",
        ]
    )
    func imports(line: String) {
        #expect(SourceFile.module(importedBy: line) == "Foundation")
        #expect(SourceFile.module(importedBy: "// " + line) == nil)
    }

    @Test("Every Swift file lies in a room of the table")
    func coverage() throws {
        for file in try SourceFile.all(in: "Sources") {
            #expect(Self.rooms.contains { file.path.hasPrefix($0.folder + "/") }, "\(file.path) lies in no room")
        }
    }

    @Test("Public headers of the shims are C", arguments: try Repository.files(in: "Sources/Native", suffix: ".h"))
    func headers(path: String) throws {
        let text = try Repository.text(path)
        for word in ["class ", "template", "std::", "namespace", "#include <string>"] {
            #expect(!text.contains(word), "\(path) holds '\(word)'")
        }
    }

    @Test("Pointers end at the shims: no other room says @unchecked Sendable or nonisolated(unsafe) without a reason")
    func reasons() throws {
        for file in try SourceFile.all(in: "Sources") {
            for (number, line) in file.lines
            where line.contains("@unchecked Sendable") || line.contains("nonisolated(unsafe)") {
                let above = file.lines.first { $0.number == number - 1 }?.text ?? ""
                #expect(above.contains("// Safe:"), "\(file.path):\(number): say why above, as '// Safe: ...'")
            }
        }
    }
}
