/// Gives back in their order what is done in any.
struct DeliveryOrder<Element> {
    private var nextNumber = 0
    private var nextDue = 0
    private var early: [Int: Element] = [:]

    /// The number of one more that is begun.
    mutating func next() -> Int {
        defer { nextNumber += 1 }
        return nextNumber
    }

    /// Takes what is done; tells what may go now, in order.
    mutating func done(_ number: Int, _ element: Element) -> [Element] {
        early[number] = element
        var ready: [Element] = []
        while let element = early.removeValue(forKey: nextDue) {
            ready.append(element)
            nextDue += 1
        }
        return ready
    }
}

extension DeliveryOrder: Sendable where Element: Sendable {}
