/// A text as its bytes: two are equal only when they are the same to the byte.
///
/// Swift's own equality takes composed and decomposed letters for the same, which names on a network
/// are not, and takes quadratic time for hostile texts. Names that come from outside are keys as this.
public struct ExactText: Sendable, Hashable, Comparable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (left: ExactText, right: ExactText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    public static func < (left: ExactText, right: ExactText) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        let isHashed: Void? = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        }
        if isHashed == nil { hasher.combine(text.utf8.count) }
    }
}
