import Component
import Foundation
import JSON
import Lifetime
import Manifest
import Signals
import TestSupport
import Testing

@testable import BasicComponents

/// Images of numbers and numbers of images: beside recorded cases, and beside a model that is as simple as can be.
@Suite struct ImageStepTests {
    /// Evaluates the only output of a step.
    static func evaluate(_ fields: String, _ inputs: [Value]) throws -> StepOutputs.Output {
        let yaml = YAMLReader.read(Array("out: {o: \(fields)}".utf8), file: "image.yaml")
        var section = ConfigSection(try #require(yaml.root), file: "image.yaml", path: "steps.s")
        let config = ImageStepConfig(&section)
        #expect(section.diagnostics.map(\.description) == [])
        let step = ImageStep(config, NodeContext(id: "s", inputs: [], outputs: ["o"]))
        var outputs = StepOutputs()
        let samples = inputs.map { Sample($0, stamp: .unknown, id: .none) }
        try step.makeRun().evaluate(0, samples, &outputs, until: .never)
        return try #require(outputs.outputs.first)
    }

    private struct Recorded: Decodable {
        let unfold: String?
        let x: Int
        let y: Int
        let data: [Double]
        let shape: [Int]
        let rows: [[Double]]
    }

    @Test("Rows, columns and pixels come together as the original has them")
    func recorded() throws {
        let url = Repository.root.appending(path: "Tests/Components/ImageTransformTests/ca_image_transformer.json")
        let cases = try JSONDecoder().decode([Recorded].self, from: Data(contentsOf: url))
        #expect(cases.count == 12)
        for each in cases {
            let isTurned = each.unfold == "column_major"
            let roles = isTurned ? "columns: Y, rows: X" : "columns: X, rows: Y"
            let sizes = isTurned ? [each.y, each.x] : [each.x, each.y]
            let pixels = Value.tensor(try Tensor(each.data, shape: [each.data.count]))
            let output = try Self.evaluate(
                "{pixels: P, \(roles)}",
                [pixels] + sizes.map { .float64(Double($0)) }
            )
            guard case .image(let image) = output.value else {
                Issue.record("no image: \(output.value)")
                continue
            }
            #expect(image.tensor.shape == each.shape)
            #expect(image.tensor.doubles() == each.rows.flatMap(\.self))
        }
    }

    @Test("Where nothing is done to the pixels, they stay where they are")
    func noCopy() throws {
        let tensor = try Tensor([UInt16](repeating: 7, count: 12), shape: [12])
        let output = try Self.evaluate("{pixels: P, shape: [3, 4], x: {step: 0.5, unit: mm}}", [.tensor(tensor)])
        guard case .image(let image) = output.value else { throw NodeFailure("no image") }
        #expect(image.tensor.bytes === tensor.bytes)
        #expect(image.axes == [.init(.row), .init(.column, step: 0.5, unit: "mm")])
        let again = try Self.evaluate("{pixels: P}", [.image(image)])
        #expect(again.value == .image(image))
    }

    /// An image in rows of doubles, and what is done to it, one step after the other.
    struct Naive {
        var rows: [[Double]]
        var x = (origin: 0.0, step: 1.0)
        var y = (origin: 0.0, step: 1.0)

        var all: [Double] { rows.flatMap(\.self) }
        var columns: [[Double]] { rows[0].indices.map { column in rows.map { $0[column] } } }

        mutating func cut(_ left: Int, _ top: Int, _ width: Int, _ height: Int) {
            rows = rows[top..<(top + height)].map { Array($0[left..<(left + width)]) }
            x.origin += Double(left) * x.step
            y.origin += Double(top) * y.step
        }

        mutating func scale(_ scale: Int) {
            let (height, width) = (rows.count / scale, rows[0].count / scale)
            rows = (0..<height).map { row in
                (0..<width).map { column in
                    var sum = 0.0
                    for down in 0..<scale {
                        for right in 0..<scale { sum += rows[row * scale + down][column * scale + right] }
                    }
                    return sum / Double(scale * scale)
                }
            }
            x = (x.origin + Double(scale - 1) / 2 * x.step, x.step * Double(scale))
            y = (y.origin + Double(scale - 1) / 2 * y.step, y.step * Double(scale))
        }

        mutating func map(_ body: (Double) -> Double) { rows = rows.map { $0.map(body) } }

        func light(_ sums: [Double], _ axis: (origin: Double, step: Double)) -> (centre: Double, width: Double) {
            let places = sums.indices.map { axis.origin + axis.step * Double($0) }
            let total = sums.reduce(0, +)
            let centre = zip(sums, places).map(*).reduce(0, +) / total
            let variance = zip(sums, places).map { $0 * ($1 - centre) * ($1 - centre) }.reduce(0, +) / total
            return (centre, variance.squareRoot())
        }
    }

    @Test("Random images, cut, scaled, darkened and measured, are as simple arithmetic has them", arguments: 0..<200)
    func random(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let (rows, columns) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random))
        let colours = Int.random(in: 0..<4, using: &random)
        let numbers = (0..<(rows * columns * (colours == 0 ? 1 : 3))).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        let (value, fields, pixel) = try Self.picture(numbers, rows, columns, colours, &random)
        var naive = Naive(rows: (0..<rows).map { row in (0..<columns).map { pixel(row, $0) } })
        var words = fields
        if Bool.random(using: &random) {
            let (width, height) = (
                Int.random(in: 1...columns, using: &random), Int.random(in: 1...rows, using: &random)
            )
            let left = Int.random(in: 0...(columns - width), using: &random)
            let top = Int.random(in: 0...(rows - height), using: &random)
            words += ", region: {x: \(left), y: \(top), width: \(width), height: \(height)}"
            naive.cut(left, top, width, height)
        }
        let scale = Int.random(in: 1...3, using: &random)
        if scale > 1, naive.rows.count >= scale, naive.rows[0].count >= scale {
            words += ", scale: \(scale)"
            naive.scale(scale)
        }
        if Bool.random(using: &random) {
            words += ", normalise: [0, 10]"
            let (low, high) = (naive.all.min() ?? 0, naive.all.max() ?? 0)
            naive.map { high > low ? ($0 - low) * (10 / (high - low)) : 0 }
        }
        if Bool.random(using: &random) {
            words += ", threshold: 4"
            naive.map { $0 < 4 ? 0 : $0 }
        }
        if Bool.random(using: &random) {
            words += ", threshold_fraction: 0.5"
            let (low, high) = (naive.all.min() ?? 0, naive.all.max() ?? 0)
            naive.map { $0 < low + 0.5 * (high - low) ? low : $0 }
        }
        for give in ImageStepConfig.Result.allCases {
            let output = try Self.evaluate("{pixels: P, \(words), give: \(give)}", [value])
            let found: [Double]
            switch output.value {
            case .float64(let number): found = [number]
            case .tensor(let tensor): found = tensor.doubles() ?? []
            case .image(let image): found = Self.grey(image)
            default: found = []
            }
            let expected = Self.expected(naive, give)
            #expect(found.count == expected.count, "\(seed) \(words) \(give)")
            for (one, other) in zip(found, expected) {
                let isSame = one.isNaN && other.isNaN || abs(one - other) <= 1e-9 * max(1, abs(other))
                // The width of one place is 0, but for rounding.
                #expect(isSame || abs(one - other) < 1e-6, "\(seed) \(words) \(give): \(one) \(other)")
            }
            if found.first?.isNaN == true { #expect(output.alarm.severity == .invalid) }
        }
    }

    /// The pixels as an image of a colour mode or as numbers, and a look at one of them.
    private static func picture(
        _ numbers: [UInt8],
        _ rows: Int,
        _ columns: Int,
        _ colours: Int,
        _ random: inout SplitMix64
    ) throws -> (Value, String, (Int, Int) -> Double) {
        switch colours {
        case 0:
            let isTurned = Bool.random(using: &random)
            let fields = "shape: [\(rows), \(columns)], order: \(isTurned ? "column_major" : "row_major")"
            let value = try number(numbers, &random)
            return (value, fields, { Double(numbers[isTurned ? $1 * rows + $0 : $0 * columns + $1]) })
        case 1:
            let image = try Image(
                try Tensor(numbers, shape: [rows, columns, 3]),
                axes: [.init(.row), .init(.column), .init(.colour)]
            )
            return (
                .image(image), "order: row_major",
                { r, c in (0..<3).map { Double(numbers[(r * columns + c) * 3 + $0]) }.mean }
            )
        case 2:
            let image = try Image(
                try Tensor(numbers, shape: [rows, 3, columns]),
                axes: [.init(.row), .init(.colour), .init(.column)]
            )
            return (
                .image(image), "order: row_major",
                { r, c in (0..<3).map { Double(numbers[(r * 3 + $0) * columns + c]) }.mean }
            )
        default:
            let image = try Image(
                try Tensor(numbers, shape: [3, rows, columns]),
                axes: [.init(.colour), .init(.row), .init(.column)]
            )
            return (
                .image(image), "order: row_major",
                { r, c in (0..<3).map { Double(numbers[($0 * rows + r) * columns + c]) }.mean }
            )
        }
    }

    /// The same numbers as any type that they fit.
    private static func number(_ numbers: [UInt8], _ random: inout SplitMix64) throws -> Value {
        let shape = [numbers.count]
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return .tensor(try Tensor(numbers, shape: shape))
        case 1: return .tensor(try Tensor(numbers.map { UInt16($0) }, shape: shape))
        case 2: return .tensor(try Tensor(numbers.map { UInt32($0) }, shape: shape))
        case 3: return .tensor(try Tensor(numbers.map { UInt64($0) }, shape: shape))
        case 4: return .tensor(try Tensor(numbers.map { Int16($0) }, shape: shape))
        case 5: return .tensor(try Tensor(numbers.map { Int32($0) }, shape: shape))
        case 6: return .tensor(try Tensor(numbers.map { Int64($0) }, shape: shape))
        case 7: return .tensor(try Tensor(numbers.map { Float($0) }, shape: shape))
        default: return .tensor(try Tensor(numbers.map { Double($0) }, shape: shape))
        }
    }

    /// An image in one colour, row by row.
    private static func grey(_ image: Image) -> [Double] {
        let numbers = image.tensor.doubles() ?? []
        let kinds = image.axes.map(\.kind)
        guard let colour = kinds.firstIndex(of: .colour) else { return numbers }
        let shape = image.tensor.shape
        let inner = shape[(colour + 1)...].reduce(1, *)
        let outer = shape[..<colour].reduce(1, *)
        return (0..<outer).flatMap { out in
            (0..<inner).map { place in
                (0..<shape[colour]).map { numbers[(out * shape[colour] + $0) * inner + place] }.mean
            }
        }
    }

    private static func expected(_ naive: Naive, _ give: ImageStepConfig.Result) -> [Double] {
        let all = naive.all
        let (columns, rows) = (naive.columns.map { $0.reduce(0, +) }, naive.rows.map { $0.reduce(0, +) })
        switch give {
        case .image: return all
        case .sum: return [all.reduce(0, +)]
        case .mean: return [all.mean]
        case .std: return [(all.map { ($0 - all.mean) * ($0 - all.mean) }.mean).squareRoot()]
        case .min: return [all.min() ?? .nan]
        case .max: return [all.max() ?? .nan]
        case .projection_x: return columns
        case .projection_y: return rows
        case .centroid_x: return [naive.light(columns, naive.x).centre]
        case .centroid_y: return [naive.light(rows, naive.y).centre]
        case .sigma_x: return [naive.light(columns, naive.x).width]
        case .sigma_y: return [naive.light(rows, naive.y).width]
        }
    }

    @Test(
        "What cannot be an image is said with both sizes",
        arguments: [
            ("{pixels: P, shape: [2, 2]}", "expected 2 x 2 = 4 pixels from 'P', found 6"),
            ("{pixels: P}", "expected rows and columns from 'P', found 1 dimensions"),
            (
                "{pixels: P, shape: [2, 3], region: {width: 4, height: 1}}",
                "expected an image of at least 1 x 4 from 'P', found 2 x 3"
            ),
            ("{pixels: P, shape: [2, 3], scale: 3}", "expected an image of at least 3 x 3 from 'P', found 2 x 3"),
        ]
    )
    func sizes(fields: String, problem: String) throws {
        let pixels = Value.tensor(try Tensor([Double](repeating: 1, count: 6), shape: [6]))
        #expect(throws: NodeFailure.self) { try Self.evaluate(fields, [pixels]) }
        do { _ = try Self.evaluate(fields, [pixels]) } catch let failure as NodeFailure {
            #expect(failure.problem == problem)
        }
    }

    @Test("A text is no image, and a dark one has no centre")
    func nothing() throws {
        #expect(throws: NodeFailure("expected an image or numbers from 'P', found the text 'no'")) {
            try Self.evaluate("{pixels: P}", [.text("no")])
        }
        let dark = Value.tensor(try Tensor([Double](repeating: 0, count: 4), shape: [2, 2]))
        let output = try Self.evaluate("{pixels: P, give: centroid_x}", [dark])
        #expect(output.alarm == .invalid("there is no light on the image"))
    }
}

extension [Double] {
    fileprivate var mean: Double { reduce(0, +) / Double(count) }
}
