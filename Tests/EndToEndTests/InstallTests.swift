import Foundation
import TestSupport
import Testing

/// What `make install` leaves behind.
@Suite struct InstallEndToEndTests {
    /// The libraries that every Debian system has: those of C and C++, and GnuTLS with what it stands on, which its
    /// package manager needs.
    static let ofTheSystem: Set<String> = [
        "linux-vdso.so.1", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libc.so.6", "ld-linux-x86-64.so.2",
        "librt.so.1", "libdl.so.2", "libpthread.so.0", "libgnutls.so.30", "libp11-kit.so.0", "libidn2.so.0",
        "libunistring.so.2", "libtasn1.so.6", "libnettle.so.8", "libhogweed.so.6", "libgmp.so.10", "libffi.so.8",
    ]

    static func install(into folder: URL) throws {
        let outcome = try Program(Repository.root.appending(path: "scripts/install").path)
            .run([Program.slipway.path, folder.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test("The installed program runs from / without the build, is small, and brings what it loads")
    func anywhere() throws {
        try withScratchFolder { folder in
            let prefix = folder.appending(path: "prefix")
            try Self.install(into: prefix)
            // Moved as a whole, it still finds its libraries.
            let moved = folder.appending(path: "moved")
            try FileManager.default.moveItem(at: prefix, to: moved)
            let program = Program(moved.appending(path: "bin/slipway").path)
            let version = try program.run(["version"], environment: [:], in: URL(filePath: "/"))
            #expect(version.status == 0, "\(version.errors)")
            #expect(version.output.hasPrefix("slipway "))
            let size = try FileManager.default.attributesOfItem(atPath: program.path)[.size] as? Int
            #expect(try #require(size) <= 20_000_000)
            for line in try Program("/usr/bin/ldd").run([program.path]).output.split(separator: "\n") {
                let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
                let name = URL(filePath: words[0]).lastPathComponent
                let isOurs = words.count > 2 && words[2].hasPrefix(moved.path)
                #expect(Self.ofTheSystem.contains(name) || isOurs, "\(line)")
            }
        }
    }

    @Test("The names of other programs are links, and what somebody else installed under them stays")
    func otherNames() throws {
        try withScratchFolder { prefix in
            let own = prefix.appending(path: "bin/pl")
            try FileManager.default.createDirectory(
                at: own.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data("#!/bin/sh\n".utf8).write(to: own)
            try Self.install(into: prefix)
            #expect(try Data(contentsOf: own) == Data("#!/bin/sh\n".utf8))
            let examples = Repository.root.appending(path: "examples")
            for name in ["model_manager", "poly_lithic"] {
                let program = Program(prefix.appending(path: "bin/\(name)").path)
                let outcome = try program.run(["-c", "deployment_config.yaml", "--one-shot"], in: examples)
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(outcome.output.hasSuffix("TEST:C = 5.0\n"), "\(outcome.output)")
            }
        }
    }

    @Test("It runs in a root that holds nothing but the C and C++ runtimes")
    func bareRoot() throws {
        try withScratchFolder { root in
            try Self.install(into: root.appending(path: "usr"))
            let script = """
                set -e
                for library in $(ldd "$1/usr/bin/slipway" | grep -o '/[^ ]*' | grep -v "^$1"); do
                    mkdir -p "$1$(dirname "$library")"
                    cp -L "$library" "$1$library"
                done
                cp -r examples/injector.yaml examples/models "$1/"
                # The loader asks the kernel where the program lies.
                mkdir "$1/proc"
                # Without root the same in a name space of one's own.
                [ "$(id -u)" = 0 ] && own= || own="--user --map-root-user --pid --fork"
                exec unshare $own --mount /bin/bash -c 'mount -t proc proc "$1/proc" && exec chroot "$@"' mount "$1" \\
                    /usr/bin/slipway validate injector.yaml
                """
            let outcome = try Program("/bin/bash").run(["-c", script, "bare", root.path])
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.hasPrefix("injector.yaml: ok: flow injector"))
        }
    }

    @Test("A prefix that may not be written says so")
    func noPrefix() throws {
        let outcome = try Program(Repository.root.appending(path: "scripts/install").path)
            .run([Program.slipway.path, "/dev/null/prefix"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("install: error: expected a folder that may be written"))
    }
}
