/// A picture: a tensor, and what its dimensions mean.
public struct Image: Sendable, Equatable {
    /// What one dimension of an image runs along.
    public struct Axis: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            case row, column, colour
        }

        public let kind: Kind
        /// The place of the first element, in ``unit``.
        public let origin: Double
        /// The distance between two elements, in ``unit``.
        public let step: Double
        public let unit: String

        public init(_ kind: Kind, origin: Double = 0, step: Double = 1, unit: String = "pixel") {
            self.kind = kind
            self.origin = origin
            self.step = step
            self.unit = unit
        }

        public static func == (left: Axis, right: Axis) -> Bool {
            left.kind == right.kind && left.origin.bitPattern == right.origin.bitPattern
                && left.step.bitPattern == right.step.bitPattern && left.unit.utf8.elementsEqual(right.unit.utf8)
        }
    }

    public let tensor: Tensor
    /// One axis a dimension of the tensor, in its order.
    public let axes: [Axis]

    /// - Throws: ``TensorError`` unless there are a row and a column axis, at most one of colours, and
    ///   as many axes as dimensions.
    public init(_ tensor: Tensor, axes: [Axis]) throws(TensorError) {
        let kinds = axes.map(\.kind)
        let isComplete = kinds.contains(.row) && kinds.contains(.column) && Set(kinds).count == kinds.count
        guard isComplete, axes.count == tensor.shape.count else {
            throw TensorError(
                description: "expected a row axis, a column axis and at most one of colours, "
                    + "found \(kinds.map(\.rawValue)) for the shape \(tensor.shape)"
            )
        }
        self.tensor = tensor
        self.axes = axes
    }
}
