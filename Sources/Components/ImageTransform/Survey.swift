internal import Signals

/// A number that a pixel can be.
protocol PixelNumber: TensorElement {
    var pixel: Double { get }

    static func sum(_ pixels: Span<Self>) -> Double
}

extension PixelNumber {
    static func sum(_ pixels: Span<Self>) -> Double {
        var sum = 0.0
        for index in pixels.indices { sum += pixels[index].pixel }
        return sum
    }
}

extension PixelNumber where Self: FixedWidthInteger {
    /// Of numbers of up to 32 bits, exactly: additions of whole numbers go beside each other.
    static func sum(_ pixels: Span<Self>) -> Double {
        guard bitWidth <= 32 else {
            var sum = 0.0
            for index in pixels.indices { sum += pixels[index].pixel }
            return sum
        }
        var sum: Int64 = 0
        for index in pixels.indices { sum &+= Int64(truncatingIfNeeded: pixels[index]) }
        return Double(sum)
    }
}

extension UInt8: PixelNumber { var pixel: Double { Double(self) } }
extension UInt16: PixelNumber { var pixel: Double { Double(self) } }
extension UInt32: PixelNumber { var pixel: Double { Double(self) } }
extension UInt64: PixelNumber { var pixel: Double { Double(self) } }
extension Int8: PixelNumber { var pixel: Double { Double(self) } }
extension Int16: PixelNumber { var pixel: Double { Double(self) } }
extension Int32: PixelNumber { var pixel: Double { Double(self) } }
extension Int64: PixelNumber { var pixel: Double { Double(self) } }
extension Float: PixelNumber { var pixel: Double { Double(self) } }
extension Double: PixelNumber { var pixel: Double { self } }

/// How the pixels of a plane lie among numbers: the distance from one to the next.
struct PixelLayout: Equatable {
    var rows: Int
    var columns: Int
    /// The place of the first pixel.
    var start = 0
    var rowStep: Int
    var columnStep: Int
    /// How many colours there are, and how far they lie apart.
    var colours = 1
    var colourStep = 0

    /// The part that counts; nil where it lies beyond.
    func cut(_ region: ImageStepConfig.Region) -> PixelLayout? {
        guard region.x + region.width <= columns, region.y + region.height <= rows else { return nil }
        var cut = self
        (cut.rows, cut.columns) = (region.height, region.width)
        cut.start += region.y * rowStep + region.x * columnStep
        return cut
    }
}

/// The pixels of one colour, row by row.
struct Plane {
    var rows: Int
    var columns: Int
    var pixels: [Double]

    /// Copies pixels; several colours become their mean.
    init<Number: PixelNumber>(_ numbers: Span<Number>, _ layout: PixelLayout) {
        (rows, columns) = (layout.rows, layout.columns)
        pixels = []
        pixels.reserveCapacity(rows * columns)
        for row in 0..<rows {
            var place = layout.start + row * layout.rowStep
            for _ in 0..<columns {
                if layout.colours == 1 {
                    pixels.append(numbers[place].pixel)
                } else {
                    var sum = 0.0
                    for colour in 0..<layout.colours { sum += numbers[place + colour * layout.colourStep].pixel }
                    pixels.append(sum / Double(layout.colours))
                }
                place += layout.columnStep
            }
        }
    }

    /// Makes one pixel of `scale` columns and rows.
    mutating func scale(_ scale: Int) {
        guard scale > 1 else { return }
        let (newRows, newColumns) = (rows / scale, columns / scale)
        var scaled = [Double](repeating: 0, count: newRows * newColumns)
        for row in 0..<(newRows * scale) {
            let target = row / scale * newColumns
            for column in 0..<(newColumns * scale) {
                scaled[target + column / scale] += pixels[row * columns + column]
            }
        }
        let count = Double(scale * scale)
        for index in scaled.indices { scaled[index] /= count }
        (rows, columns, pixels) = (newRows, newColumns, scaled)
    }

    private var ends: (low: Double, high: Double) {
        var (low, high) = (Double.infinity, -Double.infinity)
        for pixel in pixels { (low, high) = (Swift.min(low, pixel), Swift.max(high, pixel)) }
        return (low, high)
    }

    /// Gives the darkest and the brightest pixel these values; an image of one brightness becomes the first.
    mutating func normalise(_ range: ClosedRange<Double>) {
        let (low, high) = ends
        let factor = high > low ? (range.upperBound - range.lowerBound) / (high - low) : 0
        for index in pixels.indices { pixels[index] = range.lowerBound + (pixels[index] - low) * factor }
    }

    mutating func darken(below threshold: Double) {
        for index in pixels.indices where pixels[index] < threshold { pixels[index] = 0 }
    }

    mutating func darken(belowFraction fraction: Double) {
        let (low, high) = ends
        let threshold = low + fraction * (high - low)
        for index in pixels.indices where pixels[index] < threshold { pixels[index] = low }
    }
}

/// What one walk over pixels tells.
struct Survey {
    private(set) var count = 0
    private(set) var sum = 0.0
    private(set) var squares = 0.0
    private(set) var low = Double.infinity
    private(set) var high = -Double.infinity
    private(set) var columnSums: [Double] = []
    private(set) var rowSums: [Double] = []

    /// What is wanted besides sums of rows.
    struct Extras: OptionSet {
        let rawValue: Int
        static let columns = Extras(rawValue: 1)
        static let squares = Extras(rawValue: 2)
        static let ends = Extras(rawValue: 4)
    }

    /// Walks over the pixels once.
    init<Number: PixelNumber>(_ numbers: Span<Number>, _ layout: PixelLayout, wants extras: Extras) {
        count = layout.rows * layout.columns
        rowSums.reserveCapacity(layout.rows)
        guard !extras.isEmpty || layout.colours > 1 || layout.columnStep != 1 else {
            for row in 0..<layout.rows {
                let place = layout.start + row * layout.rowStep
                rowSums.append(Number.sum(numbers.extracting(place..<(place + layout.columns))))
            }
            sum = rowSums.reduce(0, +)
            return
        }
        let wantsColumns = extras.contains(.columns)
        if wantsColumns { columnSums = [Double](repeating: 0, count: layout.columns) }
        let isPlain = layout.colours == 1
        for row in 0..<layout.rows {
            var place = layout.start + row * layout.rowStep
            var rowSum = 0.0
            var rowSquares = 0.0
            for column in 0..<layout.columns {
                var pixel = numbers[place].pixel
                if !isPlain {
                    for colour in 1..<layout.colours { pixel += numbers[place + colour * layout.colourStep].pixel }
                    pixel /= Double(layout.colours)
                }
                rowSum += pixel
                rowSquares += pixel * pixel
                low = Swift.min(low, pixel)
                high = Swift.max(high, pixel)
                if wantsColumns { columnSums[column] += pixel }
                place += layout.columnStep
            }
            rowSums.append(rowSum)
            sum += rowSum
            squares += rowSquares
        }
    }

    var mean: Double { sum / Double(count) }

    /// The standard deviation of all pixels.
    var deviation: Double {
        let variance = squares / Double(count) - mean * mean
        return Swift.max(0, variance).squareRoot()
    }

    /// The mean place of the light along a side, and its standard deviation; NaN where there is no light.
    static func light(_ sums: [Double], origin: Double, step: Double) -> (centre: Double, width: Double) {
        var (weight, first) = (0.0, 0.0)
        for (index, sum) in sums.enumerated() {
            weight += sum
            first += sum * Double(index)
        }
        guard weight != 0 else { return (.nan, .nan) }
        let centre = first / weight
        var second = 0.0
        for (index, sum) in sums.enumerated() {
            let distance = Double(index) - centre
            second += sum * distance * distance
        }
        let variance = second / weight
        return (origin + step * centre, variance < 0 ? .nan : abs(step) * variance.squareRoot())
    }
}
