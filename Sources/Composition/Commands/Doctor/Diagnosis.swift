internal import Component
internal import Host
internal import Manifest

/// Judges what `slipway doctor` found on the machine.
enum Diagnosis {
    static func findings(
        parts: [NativePart],
        machine: Machine,
        environment: (String) -> String?,
        loadedFrom: (String) -> String?
    ) -> [Finding] {
        parts.map { library($0, loadedFrom($0.fileNamePart)) }
            + [kernel(machine), processors(machine), memory(machine), openFiles(machine), clock(machine)]
            + [epics(environment)]
    }

    private static func library(_ part: NativePart, _ path: String?) -> Finding {
        let found = "\(part.version), \(part.licence), from \(path ?? "an unknown place")"
        guard part.isCompatible else {
            return .problem(
                part.name,
                found,
                advice: "another version than this program was built with is loaded: unset LD_LIBRARY_PATH, "
                    + "or install again with 'make install'"
            )
        }
        return .fine(part.name, found)
    }

    private static func kernel(_ machine: Machine) -> Finding { .fine("kernel", "Linux \(machine.kernel)") }

    private static func processors(_ machine: Machine) -> Finding {
        let allowed = "\(machine.processors) processor\(machine.processors == 1 ? "" : "s") may be used"
        guard let quota = machine.cpuQuota else { return .fine("processors", "\(allowed), without a quota") }
        let found = "\(allowed), quota \(rounded(quota)) of them"
        guard quota < 1 else { return .fine("processors", found) }
        return .warning(
            "processors",
            found,
            advice: "a quota below one processor stops the process many times a second: "
                + "give it at least one, as 'cpu.max' of its control group"
        )
    }

    private static func memory(_ machine: Machine) -> Finding {
        guard let limit = machine.memoryLimit else { return .fine("memory", "no limit but the machine's") }
        let found = "limited to \(limit >> 20) MiB"
        guard limit < 128 << 20 else { return .fine("memory", found) }
        return .warning("memory", found, advice: "a flow with one small model needs about 60 MiB; 128 MiB leave room")
    }

    private static func openFiles(_ machine: Machine) -> Finding {
        let found = "\(machine.openFilesMax) may be open"
        guard machine.openFilesMax < 1024 else { return .fine("files", found) }
        return .warning("files", found, advice: "many connections need many files: 'ulimit -n 4096', or 'LimitNOFILE='")
    }

    private static func clock(_ machine: Machine) -> Finding {
        guard let clock = machine.clock else {
            return .warning("clock", "the kernel does not say", advice: "check that the host runs a time service")
        }
        guard clock.isSynchronised else {
            return .warning(
                "clock",
                "not kept by a time service",
                advice: "source times are compared across machines: run chrony, or systemd-timesyncd"
            )
        }
        return .fine("clock", "kept by a time service, within \(clock.errorEstimate)")
    }

    private static func epics(_ environment: (String) -> String?) -> Finding {
        let names = [
            "EPICS_PVA_ADDR_LIST", "EPICS_PVA_AUTO_ADDR_LIST", "EPICS_PVA_NAME_SERVERS", "EPICS_PVA_BROADCAST_PORT",
            "EPICS_PVA_SERVER_PORT", "EPICS_PVAS_INTF_ADDR_LIST",
        ]
        let isSet = names.compactMap { name in environment(name).map { "\(name)=\(Printable.text($0))" } }
        guard !isSet.isEmpty else {
            return .fine("EPICS", "no EPICS_PVA_ variables: the network's broadcast addresses")
        }
        return .fine("EPICS", isSet.joined(separator: " "))
    }

    private static func rounded(_ value: Double) -> String {
        let hundredths = (value * 100).rounded()
        return hundredths.remainder(dividingBy: 100) == 0 ? "\(Int(value))" : "\(hundredths / 100)"
    }
}
