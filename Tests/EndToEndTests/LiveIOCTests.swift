import Foundation
import JSON
import TestSupport
import Testing

/// A flow beside an IOC of EPICS Base: records are read with their alarms, and written by the flow.
@Suite(.timeLimit(.minutes(2))) struct LiveIOCTests {
    @Test("Records feed a flow, their alarms reach its outputs, and the flow writes a record within its limits")
    func records() throws {
        try LiveStage.with { stage in
            let ioc = Process()
            ioc.executableURL = URL(filePath: "/usr/bin/env")
            let script = Repository.root.appending(path: "Tests/Components/PVAccessTests/ioc.py").path
            ioc.arguments = ["python3", script, "ioc", "\(stage.sourcePort)", "\(stage.sourceSearchPort)"]
            ioc.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"].merging(
                ["PYTHONPATH": Repository.root.appending(path: ".native/python").path],
                uniquingKeysWith: { first, _ in first }
            )
            let (input, output) = (Pipe(), Pipe())
            (ioc.standardInput, ioc.standardOutput) = (input, output)
            ioc.standardError = FileHandle.nullDevice
            try ioc.run()
            defer {
                kill(ioc.processIdentifier, SIGKILL)
                ioc.waitUntilExit()
            }
            try stage.run(
                """
                flow: f
                sources: {knob: {type: pva-server, pvs: {KNOB: {}}}, machine: {type: pva, pvs: [IOC:A]}}
                steps: {s: {type: formula, out: {wanted: "2 * KNOB", seen: "10 * IOC:A"}}}
                sinks:
                  hosted: {type: pva-server, pvs: {SEEN: {signal: seen}}}
                  record: {type: pva, pvs: {IOC:A: wanted}}

                """
            )
            let client = try stage.client()
            // What the record holds at its start.
            try client.awaitValue("SEEN", 15)
            // Beyond HIGH the record is in MINOR alarm, and so is what is made of it.
            try client.tell(["do": "put", "name": "KNOB", "value": 3])
            let high: JSONValue = ["do": "await", "name": "SEEN", "value": 60, "severity": "MINOR", "timeout": 40]
            try client.tell(high)
            // The record cuts what it is told to its drive limits.
            try client.tell(["do": "put", "name": "KNOB", "value": 20])
            let cut: JSONValue = ["do": "await", "name": "SEEN", "value": 80, "severity": "MAJOR", "timeout": 40]
            try client.tell(cut)
            // The IOC stands still, and goes.
            kill(ioc.processIdentifier, SIGKILL)
            try client.awaitInvalid("SEEN", "IOC:A")
            try stage.end()
        }
    }
}
