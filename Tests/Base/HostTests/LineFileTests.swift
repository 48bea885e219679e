import Foundation
import Host
import TestSupport
import Testing

@Suite struct LineFileTests {
    private func lines(_ url: URL) throws -> [String] {
        try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func write(_ file: inout LineFile, _ numbers: Range<Int>) {
        for number in numbers { #expect(file.write(Array("\(number)\n".utf8)) == nil) }
    }

    @Test("A file that is full becomes the youngest of those before, each begins with the heading, and the oldest goes")
    func rotation() throws {
        try withScratchFolder { folder in
            let url = folder.appending(path: "r.csv")
            let limits = LineFile.Limits(fileSizeMax: 20, filesKept: 2)
            var file = LineFile(path: url.path, limits: limits, heading: Array("n\n".utf8))
            // Two digits and a line end: six lines fit behind the heading.
            write(&file, 10..<35)
            let found1 = try lines(url)
            #expect(found1 == ["n", "34"])
            let found2 = try lines(url.appendingPathExtension("1"))
            #expect(found2 == ["n"] + (28..<34).map(String.init))
            let found3 = try lines(url.appendingPathExtension("2"))
            #expect(found3 == ["n"] + (22..<28).map(String.init))
            let found4 = try FileManager.default.contentsOfDirectory(atPath: folder.path).count
            #expect(found4 == 3)
        }
    }

    @Test("Who opens a file again goes on where it ends, without another heading")
    func again() throws {
        try withScratchFolder { folder in
            let url = folder.appending(path: "r.csv")
            for round in 0..<3 {
                var file = LineFile(path: url.path, limits: LineFile.Limits(), heading: Array("n\n".utf8))
                write(&file, round..<round + 1)
            }
            let found5 = try lines(url)
            #expect(found5 == ["n", "0", "1", "2"])
        }
    }

    @Test("Half a line that a killed process left spoils no other")
    func half() throws {
        try withScratchFolder { folder in
            let url = folder.appending(path: "r")
            try Data("0\n1 and ha".utf8).write(to: url)
            var file = LineFile(path: url.path, limits: LineFile.Limits())
            write(&file, 2..<4)
            let found = try lines(url)
            #expect(found == ["0", "1 and ha", "2", "3"])
        }
    }

    @Test("A line larger than a file is written whole, in one of its own")
    func large() throws {
        try withScratchFolder { folder in
            let url = folder.appending(path: "r")
            var file = LineFile(path: url.path, limits: LineFile.Limits(fileSizeMax: 10, filesKept: 3))
            write(&file, 1..<2)
            #expect(file.write(Array((String(repeating: "x", count: 100) + "\n").utf8)) == nil)
            write(&file, 2..<3)
            let found6 = try lines(url)
            #expect(found6 == ["2"])
            let found7 = try lines(url.appendingPathExtension("1"))[0].count
            #expect(found7 == 100)
            let found8 = try lines(url.appendingPathExtension("2"))
            #expect(found8 == ["1"])
        }
    }

    @Test("A file that somebody removes begins anew")
    func removed() throws {
        try withScratchFolder { folder in
            let url = folder.appending(path: "r")
            var file = LineFile(path: url.path, limits: LineFile.Limits())
            write(&file, 0..<2)
            try FileManager.default.removeItem(at: url)
            write(&file, 2..<4)
            let found9 = try lines(url)
            #expect(found9 == ["2", "3"])
            #expect(file.sync() == nil)
        }
    }

    @Test("A folder that is not there is told, and written to when it comes")
    func folderComes() throws {
        try withScratchFolder { folder in
            let inner = folder.appending(path: "later")
            var file = LineFile(path: inner.appending(path: "r").path, limits: LineFile.Limits())
            #expect(file.write(Array("0\n".utf8)) == "No such file or directory")
            try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: false)
            write(&file, 1..<2)
            let found10 = try lines(inner.appending(path: "r"))
            #expect(found10 == ["1"])
        }
    }
}
