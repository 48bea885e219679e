extension Stamp: CustomStringConvertible {
    /// The time in UTC, as RFC 3339 writes it: `2026-03-01T12:00:00.000000001Z`.
    public var description: String {
        let days = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0)
        let rest = seconds - days * 86_400
        let date = Self.date(ofDay: days)
        let text = [
            Self.padded(date.year, 4), "-", Self.padded(date.month, 2), "-", Self.padded(date.day, 2), "T",
            Self.padded(rest / 3_600, 2), ":", Self.padded(rest / 60 % 60, 2), ":", Self.padded(rest % 60, 2), ".",
            Self.padded(Int64(secondFraction), 9), "Z",
        ]
        return text.joined()
    }

    /// Reads what ``description`` writes, with any number of digits behind the point, or none.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 30, bytes.last == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            bytes[range].reduce(0 as Int64?) { sum, byte in
                guard let sum, byte >= 0x30, byte <= 0x39 else { return nil }
                return sum * 10 + Int64(byte - 0x30)
            }
        }
        let marks: [(Int, Character)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")]
        guard marks.allSatisfy({ bytes[$0.0] == $0.1.asciiValue }),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if bytes.count > 20 {
            let digits = 20..<bytes.count - 1
            guard bytes[19] == UInt8(ascii: "."), !digits.isEmpty, let written = number(digits) else { return nil }
            fraction = (digits.count..<9).reduce(written) { value, _ in value * 10 }
        }
        let days = Self.day(year: year, month: month, day: day)
        // The 30th of February is none.
        guard Self.date(ofDay: days).month == month else { return nil }
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second
        self.init(seconds: seconds, nanoseconds: Int32(fraction))
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The date of a day, counted from 1970-01-01, in the calendar that goes on for ever.
    ///
    /// A year begins in March here, so that the day that may be missing is its last.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let date = dayOfYear - (153 * month + 2) / 5 + 1
        let isNextYear = month >= 10
        return (yearOfEra + era * 400 + (isNextYear ? 1 : 0), isNextYear ? month - 9 : month + 3, date)
    }

    private static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
