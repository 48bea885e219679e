import Component
import Signals
import Testing

@testable import PVAccess

@Suite struct ServiceTests {
    private static let undefined = Alarm.invalid("no value yet of A", status: .undefined)
    private static let broken = Alarm.invalid("A is NaN")
    private static let high = Alarm(.major, status: .record, message: "HIHI limit 2")

    @Test(
        "The status is the worst of what is shown: what broke before what is waited for, and no alarm of a value",
        arguments: [
            ([nil, nil], ServiceVariables.Status.waiting, "X: nothing has been written"),
            ([Alarm.none, undefined], .waiting, "Y: no value yet of A"), ([Alarm.none, Alarm.none], .ok, ""),
            ([high, Alarm.none], .ok, ""), ([undefined, broken], .invalid, "Y: A is NaN"),
        ]
    )
    func status(alarms: [Alarm?], expected: ServiceVariables.Status, message: String) {
        let (status, alarm) = ServiceVariables.status(alarms, ["X", "Y"])
        #expect(status == expected)
        #expect(alarm.message == message)
        let severity: [ServiceVariables.Status: Severity] = [.waiting: .minor, .ok: Severity.none, .invalid: .major]
        #expect(alarm.severity == severity[status])
    }
}
