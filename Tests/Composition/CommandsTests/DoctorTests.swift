import Component
import Testing

@testable import Commands
@testable import Host

@Suite struct DoctorTests {
    static let healthy = Machine(
        kernel: "6.1",
        processors: 4,
        cpuQuota: nil,
        memoryLimit: nil,
        openFilesMax: 4096,
        clock: (true, .microseconds(500))
    )

    static func findings(_ machine: Machine, isCompatible: Bool = true, environment: [String: String] = [:])
        -> [Finding]
    {
        let part = NativePart(
            name: "PVXS",
            version: "1.5.3",
            fileNamePart: "libpvxs",
            isCompatible: isCompatible,
            licence: "BSD"
        )
        return Diagnosis.findings(
            parts: [part],
            machine: machine,
            environment: { environment[$0] },
            loadedFrom: { _ in "/lib/x.so" }
        )
    }

    @Test("A healthy machine gets no advice")
    func healthyMachine() {
        for finding in Self.findings(Self.healthy) {
            #expect(finding.verdict == .fine, "\(finding.subject)")
            #expect(finding.advice == "")
        }
    }

    @Test("A library of another version is a problem")
    func incompatible() throws {
        let finding = try #require(Self.findings(Self.healthy, isCompatible: false).first)
        #expect(finding.verdict == .problem)
        #expect(!finding.advice.isEmpty)
    }

    @Test("What degrades the work is a warning with advice", arguments: ["processors", "memory", "files", "clock"])
    func warnings(subject: String) throws {
        var machine = Self.healthy
        switch subject {
        case "processors": machine.cpuQuota = 0.5
        case "memory": machine.memoryLimit = 64 << 20
        case "files": machine.openFilesMax = 256
        default: machine.clock = (false, .seconds(16))
        }
        let findings = Self.findings(machine)
        #expect(findings.filter { $0.verdict == .warning }.map(\.subject) == [subject])
        #expect(findings.filter { $0.verdict == .warning }.allSatisfy { !$0.advice.isEmpty })
    }

    @Test("A kernel that does not tell the clock's state is a warning, and names its reason")
    func noClock() {
        var machine = Self.healthy
        machine.clock = nil
        #expect(Self.findings(machine).contains { $0.subject == "clock" && $0.found == "the kernel does not say" })
    }

    @Test("The EPICS environment is shown, without control characters")
    func epics() {
        let findings = Self.findings(Self.healthy, environment: ["EPICS_PVA_ADDR_LIST": "127.0.0.1\u{1B}[0m"])
        #expect(findings.last?.found == "EPICS_PVA_ADDR_LIST=127.0.0.1\\u{1b}[0m")
    }

    @Test(
        "Limits of control groups are found, those of ancestors too",
        arguments: [
            ("0::/a/b", ["/a/b/cpu.max": "50000 100000", "/a/b/memory.max": "max"], 0.5, nil),
            ("0::/a/b", ["/a/b/cpu.max": "max 100000", "/a/cpu.max": "200000 100000"], 2, nil),
            ("0::/", ["/cpu.max": "150000 100000", "/memory.max": "1073741824"], 1.5, 1 << 30),
            (
                "4:memory:/x\n3:cpu,cpuacct:/x",
                [
                    "/cpu/x/cpu.cfs_quota_us": "25000", "/cpu/x/cpu.cfs_period_us": "100000",
                    "/memory/x/memory.limit_in_bytes": "536870912",
                ], 0.25, 512 << 20
            ),
            (
                "4:memory:/\n3:cpu:/",
                ["/cpu/cpu.cfs_quota_us": "-1", "/memory/memory.limit_in_bytes": "9223372036854771712"], nil, nil
            ),
            ("", [:], nil, nil), ("garbage", ["/cpu.max": "x y"], nil, nil), ("0::/a", ["/a/cpu.max": "1 0"], nil, nil),
        ] as [(String, [String: String], Double?, Int?)]
    )
    func controlGroups(membership: String, files: [String: String], quota: Double?, memory: Int?) {
        let group = ControlGroup(membership: membership) { files[$0] }
        #expect(group.cpuQuota == quota)
        #expect(group.memoryLimit == memory)
    }

    @Test("The live machine has a kernel and a processor, and its libraries have files")
    func live() {
        let machine = Machine.live()
        #expect(!machine.kernel.isEmpty)
        #expect(machine.processors >= 1)
        #expect(machine.openFilesMax > 0)
        #expect(Machine.loadedLibrary("libyaml")?.contains("libyaml") == true)
        #expect(Machine.loadedLibrary("no such library") == nil)
    }
}
