public import Component
internal import Lifetime
internal import Manifest
internal import Signals

/// Makes images of numbers, and numbers of images: each output is a part of its own.
public struct ImageStep: Step {
    private let outputs: [ImageStepConfig.Output]
    public let parts: [StepPart]

    public init(_ config: ImageStepConfig, _ context: NodeContext) {
        outputs = config.out.map(\.value)
        var next = 0
        parts = config.out.enumerated().map { index, output in
            let count = output.value.inputs(output.name).count
            defer { next += count }
            return StepPart(inputs: Array(next..<(next + count)), outputs: [index])
        }
    }

    public func makeRun() -> any StepRun { ImageRun(outputs) }
}

private final class ImageRun: StepRun {
    private let outputs: [ImageStepConfig.Output]

    init(_ outputs: [ImageStepConfig.Output]) { self.outputs = outputs }

    func evaluate(
        _ part: Int,
        _ inputs: [Sample],
        _ results: inout StepOutputs,
        until stop: RunStop
    ) throws(NodeFailure) {
        let output = outputs[part]
        let picture = try Picture(inputs, output)
        if let value = picture.untouched(output) { return results.add(value) }
        let value = try picture.measured(output)
        if case .float64(let number) = value, number.isNaN {
            return results.add(value, alarm: .invalid("there is no light on the image"))
        }
        results.add(value)
    }
}

/// Pixels, how they lie, and what their places mean.
private struct Picture {
    private let tensor: Tensor
    private let layout: PixelLayout
    private let x: Image.Axis
    private let y: Image.Axis
    /// The image itself, where it came as one.
    private let image: Image?

    init(_ inputs: [Sample], _ output: ImageStepConfig.Output) throws(NodeFailure) {
        let name = output.pixels.signal
        var layout: PixelLayout
        var (x, y) = (Image.Axis(.column), Image.Axis(.row))
        switch inputs[0].value {
        case .image(let image):
            (tensor, self.image) = (image.tensor, image)
            layout = Self.layout(of: image)
            for axis in image.axes {
                if axis.kind == .column { x = axis }
                if axis.kind == .row { y = axis }
            }
        case .tensor(let tensor):
            (self.tensor, image) = (tensor, nil)
            layout = try Self.layout(of: tensor, Self.size(inputs, output), output.order, name)
        default:
            throw NodeFailure("expected an image or numbers from '\(name)', found \(inputs[0].value.noun)")
        }
        if let side = output.x { x = Image.Axis(.column, origin: side.origin, step: side.step, unit: side.unit) }
        if let side = output.y { y = Image.Axis(.row, origin: side.origin, step: side.step, unit: side.unit) }
        if let region = output.region {
            guard let cut = layout.cut(region) else {
                throw NodeFailure(
                    "expected an image of at least \(region.y + region.height) x \(region.x + region.width) from "
                        + "'\(name)', found \(layout.rows) x \(layout.columns)"
                )
            }
            layout = cut
            x = Image.Axis(.column, origin: x.origin + Double(region.x) * x.step, step: x.step, unit: x.unit)
            y = Image.Axis(.row, origin: y.origin + Double(region.y) * y.step, step: y.step, unit: y.unit)
        }
        if output.scale > 1 {
            guard layout.rows >= output.scale, layout.columns >= output.scale else {
                throw NodeFailure(
                    "expected an image of at least \(output.scale) x \(output.scale) from '\(name)', "
                        + "found \(layout.rows) x \(layout.columns)"
                )
            }
            // The middle of what becomes one pixel.
            let middle = Double(output.scale - 1) / 2
            let scale = Double(output.scale)
            x = Image.Axis(.column, origin: x.origin + middle * x.step, step: x.step * scale, unit: x.unit)
            y = Image.Axis(.row, origin: y.origin + middle * y.step, step: y.step * scale, unit: y.unit)
        }
        guard layout.rows > 0, layout.columns > 0 else {
            throw NodeFailure("expected an image with pixels from '\(name)', found \(layout.rows) x \(layout.columns)")
        }
        (self.layout, self.x, self.y) = (layout, x, y)
    }

    /// What signals or the flow say about the size.
    private static func size(
        _ inputs: [Sample],
        _ output: ImageStepConfig.Output
    ) throws(NodeFailure) -> (rows: Int, columns: Int)? {
        if let shape = output.shape { return (shape[0], shape[1]) }
        guard let columns = output.columns, let rows = output.rows else { return nil }
        var sizes: [Int] = []
        for (sample, reference) in [(inputs[1], columns), (inputs[2], rows)] {
            // Some systems tell numbers as texts.
            let number: Double?
            if case .text(let text) = sample.value { number = Double(text) } else { number = sample.value.number }
            guard let number, number >= 1, number <= 1e6 else {
                throw NodeFailure(
                    "expected a size of at least 1 from '\(reference.signal)', "
                        + "found \(number.map { "\($0)" } ?? sample.value.noun)"
                )
            }
            sizes.append(Int(number))
        }
        return (sizes[1], sizes[0])
    }

    private static func layout(of image: Image) -> PixelLayout {
        var steps = [Int](repeating: 1, count: image.axes.count)
        for index in steps.indices.dropLast().reversed() {
            steps[index] = steps[index + 1] * image.tensor.shape[index + 1]
        }
        var layout = PixelLayout(rows: 0, columns: 0, rowStep: 0, columnStep: 0)
        for (index, axis) in image.axes.enumerated() {
            let size = image.tensor.shape[index]
            switch axis.kind {
            case .row: (layout.rows, layout.rowStep) = (size, steps[index])
            case .column: (layout.columns, layout.columnStep) = (size, steps[index])
            case .colour: (layout.colours, layout.colourStep) = (max(1, size), steps[index])
            }
        }
        return layout
    }

    private static func layout(
        of tensor: Tensor,
        _ size: (rows: Int, columns: Int)?,
        _ order: ImageStepConfig.Order,
        _ name: String
    ) throws(NodeFailure) -> PixelLayout {
        let (rows, columns): (Int, Int)
        if let size {
            (rows, columns) = size
            guard tensor.count == rows * columns else {
                throw NodeFailure(
                    "expected \(rows) x \(columns) = \(rows * columns) pixels from '\(name)', found \(tensor.count)"
                )
            }
        } else {
            guard tensor.shape.count == 2 else {
                throw NodeFailure(
                    "expected rows and columns from '\(name)', found \(tensor.shape.count) dimensions",
                    advice: "say 'shape: [ROWS, COLUMNS]', or 'columns' and 'rows'"
                )
            }
            (rows, columns) = (tensor.shape[0], tensor.shape[1])
        }
        return order == .row_major
            ? PixelLayout(rows: rows, columns: columns, rowStep: columns, columnStep: 1)
            : PixelLayout(rows: rows, columns: columns, rowStep: 1, columnStep: rows)
    }

    /// The image where nothing has to be done to its pixels: they stay where they are.
    func untouched(_ output: ImageStepConfig.Output) -> Value? {
        guard output.give == .image, output.region == nil, output.scale == 1, output.normalise == nil,
            output.threshold == nil, output.thresholdFraction == nil
        else { return nil }
        if let image {
            guard output.x != nil || output.y != nil else { return .image(image) }
            let axes = image.axes.map { axis in axis.kind == .column ? x : axis.kind == .row ? y : axis }
            return (try? Image(image.tensor, axes: axes)).map { .image($0) }
        }
        guard layout.columnStep == 1, layout.rowStep == layout.columns,
            let shaped = try? tensor.reshaped([layout.rows, layout.columns])
        else { return nil }
        return (try? Image(shaped, axes: [y, x])).map { .image($0) }
    }

    /// What the output gives of the pixels.
    func measured(_ output: ImageStepConfig.Output) throws(NodeFailure) -> Value {
        let isPlain =
            output.scale == 1 && output.normalise == nil && output.threshold == nil
            && output.thresholdFraction == nil
        let extras = Self.extras(output.give)
        if isPlain, output.give != .image {
            let survey = try read(SurveyWalk(extras: extras))
            return try value(survey, output.give)
        }
        var plane = try read(PlaneWalk())
        plane.scale(output.scale)
        if let range = output.normalise { plane.normalise(range) }
        if let threshold = output.threshold { plane.darken(below: threshold) }
        if let fraction = output.thresholdFraction { plane.darken(belowFraction: fraction) }
        do throws(TensorError) {
            if output.give == .image {
                return .image(try Image(try Tensor(plane.pixels, shape: [plane.rows, plane.columns]), axes: [y, x]))
            }
        } catch {
            throw NodeFailure(error.description)
        }
        let layout = PixelLayout(rows: plane.rows, columns: plane.columns, rowStep: plane.columns, columnStep: 1)
        return try value(Survey(plane.pixels.span, layout, wants: extras), output.give)
    }

    /// What a result needs besides sums of rows.
    private static func extras(_ give: ImageStepConfig.Result) -> Survey.Extras {
        switch give {
        case .image, .sum, .mean, .projection_y, .centroid_y, .sigma_y: []
        case .std: .squares
        case .min, .max: .ends
        case .projection_x, .centroid_x, .sigma_x: .columns
        }
    }

    private func value(_ survey: Survey, _ give: ImageStepConfig.Result) throws(NodeFailure) -> Value {
        switch give {
        case .image: return .none
        case .sum: return .float64(survey.sum)
        case .mean: return .float64(survey.mean)
        case .std: return .float64(survey.deviation)
        case .min: return .float64(survey.low)
        case .max: return .float64(survey.high)
        case .projection_x: return try row(survey.columnSums)
        case .projection_y: return try row(survey.rowSums)
        case .centroid_x: return .float64(Survey.light(survey.columnSums, origin: x.origin, step: x.step).centre)
        case .centroid_y: return .float64(Survey.light(survey.rowSums, origin: y.origin, step: y.step).centre)
        case .sigma_x: return .float64(Survey.light(survey.columnSums, origin: x.origin, step: x.step).width)
        case .sigma_y: return .float64(Survey.light(survey.rowSums, origin: y.origin, step: y.step).width)
        }
    }

    private func row(_ numbers: [Double]) throws(NodeFailure) -> Value {
        do throws(TensorError) { return .tensor(try Tensor(numbers, shape: [numbers.count])) } catch {
            throw NodeFailure(error.description)
        }
    }

    private func read<Walk: PixelWalk>(_ walk: Walk) throws(NodeFailure) -> Walk.Result {
        let aligned: Tensor
        do throws(TensorError) { aligned = try tensor.aligned() } catch { throw NodeFailure(error.description) }
        let found =
            switch aligned.elementType {
            case .uint8: aligned.withElements(UInt8.self) { walk.over($0, layout) }
            case .uint16: aligned.withElements(UInt16.self) { walk.over($0, layout) }
            case .uint32: aligned.withElements(UInt32.self) { walk.over($0, layout) }
            case .uint64: aligned.withElements(UInt64.self) { walk.over($0, layout) }
            case .int8: aligned.withElements(Int8.self) { walk.over($0, layout) }
            case .int16: aligned.withElements(Int16.self) { walk.over($0, layout) }
            case .int32: aligned.withElements(Int32.self) { walk.over($0, layout) }
            case .int64: aligned.withElements(Int64.self) { walk.over($0, layout) }
            case .float32: aligned.withElements(Float.self) { walk.over($0, layout) }
            case .float64: aligned.withElements(Double.self) { walk.over($0, layout) }
            default: nil as Walk.Result?
            }
        guard let found else { throw NodeFailure("expected numbers as pixels, found \(tensor.elementType)") }
        return found
    }
}

/// What is done on the way over the pixels, whatever they are.
private protocol PixelWalk {
    associatedtype Result

    func over<Number: PixelNumber>(_ numbers: Span<Number>, _ layout: PixelLayout) -> Result
}

private struct SurveyWalk: PixelWalk {
    let extras: Survey.Extras

    func over<Number: PixelNumber>(_ numbers: Span<Number>, _ layout: PixelLayout) -> Survey {
        Survey(numbers, layout, wants: extras)
    }
}

private struct PlaneWalk: PixelWalk {
    func over<Number: PixelNumber>(_ numbers: Span<Number>, _ layout: PixelLayout) -> Plane { Plane(numbers, layout) }
}
