extension Duration {
    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        ("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
    ]

    /// Reads `250us`, `10ms`, `1.5s`, `2m`, `1h` and `7d`.
    public init?(shortText text: String) {
        guard let (amount, suffix) = Quantity.split(text), let unit = Self.units.first(where: { $0.suffix == suffix })
        else { return nil }
        let nanoseconds = amount * Double(unit.nanoseconds)
        guard nanoseconds < 9e18 else { return nil }
        self = .nanoseconds(Int64(nanoseconds.rounded()))
    }

    /// The shortest of the forms that ``init(shortText:)`` reads back, to the nanosecond.
    public var shortText: String {
        let nanoseconds = components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
        guard nanoseconds != 0 else { return "0s" }
        let unit = Self.units.last { nanoseconds.isMultiple(of: $0.nanoseconds) } ?? Self.units[0]
        return "\(nanoseconds / unit.nanoseconds)\(unit.suffix)"
    }
}

/// A number of bytes, written with a unit.
public struct ByteSize: Sendable, Hashable, Comparable {
    public let bytes: Int

    public init(_ bytes: Int) { self.bytes = bytes }

    private static let units: [(suffix: String, bytes: Int)] = [
        ("B", 1), ("kB", 1000), ("KiB", 1 << 10), ("MB", 1_000_000), ("MiB", 1 << 20), ("GB", 1_000_000_000),
        ("GiB", 1 << 30), ("TB", 1_000_000_000_000), ("TiB", 1 << 40),
    ]

    /// Reads `512B`, `64KiB`, `1.5GB`.
    public init?(shortText text: String) {
        guard let (amount, suffix) = Quantity.split(text), let unit = Self.units.first(where: { $0.suffix == suffix })
        else { return nil }
        let bytes = amount * Double(unit.bytes)
        guard bytes < 9e18 else { return nil }
        self.init(Int(bytes.rounded()))
    }

    /// The shortest of the forms that ``init(shortText:)`` reads back.
    public var shortText: String {
        guard bytes != 0 else { return "0B" }
        let unit = Self.units.last { bytes.isMultiple(of: $0.bytes) } ?? Self.units[0]
        return "\(bytes / unit.bytes)\(unit.suffix)"
    }

    public static func < (left: ByteSize, right: ByteSize) -> Bool { left.bytes < right.bytes }
}

enum Quantity {
    /// `1.5` and `s` of `1.5s`; a blank between them is allowed.
    static func split(_ text: String) -> (amount: Double, unit: String)? {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        guard !digits.isEmpty, digits.count <= 20, let amount = Double(String(digits) ?? "") else { return nil }
        var unit = text.dropFirst(digits.count)
        if unit.first == " " { unit = unit.dropFirst() }
        return (amount, String(unit))
    }

    /// A number in a message: without a point where it is whole.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value > 0 ? "infinity" : "-infinity" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }
}
