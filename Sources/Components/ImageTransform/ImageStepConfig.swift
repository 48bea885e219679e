public import Manifest
internal import Signals

/// What an image step is told: which pixels, what is done to them, what is given.
public struct ImageStepConfig: Sendable {
    /// What an output gives.
    enum Result: String, Sendable, CaseIterable {
        case image, sum, mean, std, min, max, projection_x, projection_y, centroid_x, centroid_y, sigma_x, sigma_y
    }

    enum Order: String, Sendable, CaseIterable {
        case row_major, column_major
    }

    struct Region: Sendable, Equatable {
        let x: Int
        let y: Int
        let width: Int
        let height: Int
    }

    /// What the places along one side of an image mean.
    struct Side: Sendable {
        let origin: Double
        let step: Double
        let unit: String
    }

    /// One output.
    struct Output: Sendable {
        let pixels: SignalReference
        let columns: SignalReference?
        let rows: SignalReference?
        let shape: [Int]?
        let order: Order
        let region: Region?
        let scale: Int
        let normalise: ClosedRange<Double>?
        let threshold: Double?
        let thresholdFraction: Double?
        let give: Result
        let x: Side?
        let y: Side?

        /// What it reads, each under a name of its own.
        func inputs(_ name: String) -> [Named<SignalReference>] {
            var found: [Named<SignalReference>] = []
            for (role, reference) in [("pixels", pixels), ("columns", columns), ("rows", rows)] {
                guard let reference else { continue }
                let input = "\(name).\(role)"
                found.append(Named(name: input, place: reference.place, path: reference.path, value: reference))
            }
            return found
        }
    }

    enum Fields {
        static let pixels = Field.required(
            "pixels",
            .reference,
            example: "CAM:IMAGE",
            doc: "The signal with the pixels: an image, or numbers in a row."
        )
        static let columns = Field<SignalReference?>.optional(
            "columns",
            .reference,
            example: "CAM:SIZE_X",
            doc: "The signal that says how many columns there are. Without it, `shape` or the pixels themselves say."
        )
        static let rows = Field<SignalReference?>.optional(
            "rows",
            .reference,
            example: "CAM:SIZE_Y",
            doc: "The signal that says how many rows there are. Without it, `shape` or the pixels themselves say."
        )
        static let shape = Field<[Int]?>.optional(
            "shape",
            .list(of: .count(in: 1...100_000), count: 2...2),
            example: "[480, 640]",
            doc: "Rows and columns. Without it, `columns` and `rows` or the pixels themselves say."
        )
        static let order = Field(
            "order",
            .choice(Order.self),
            default: .row_major,
            doc: "Whether numbers in a row are the pixels row by row, or column by column."
        )
        static let region = Field<Region?>.optional(
            "region",
            .record(Regions.listed) {
                Region(
                    x: $0.read(Regions.x),
                    y: $0.read(Regions.y),
                    width: $0.read(Regions.width),
                    height: $0.read(Regions.height)
                )
            },
            example: "{x: 100, y: 50, width: 200, height: 100}",
            doc: "The part that counts. Without it, all does."
        )
        static let scale = Field(
            "scale",
            .count(in: 1...1000),
            default: 1,
            doc:
                "So many columns and rows become one pixel, their mean; what is left at the right and below is cut off."
        )
        static let normalise = Field<ClosedRange<Double>?>.optional(
            "normalise",
            .range(of: .number()),
            example: "[0, 1]",
            doc: "What the darkest and the brightest pixel become; those between lie between. Without it, they stay."
        )
        static let threshold = Field<Double?>.optional(
            "threshold",
            .number(),
            example: "50",
            doc: "Pixels below become 0. Without it, none does."
        )
        static let thresholdFraction = Field<Double?>.optional(
            "threshold_fraction",
            .number(in: 0...1),
            example: "0.5",
            doc: "Pixels below this part of the way from the darkest to the brightest become the darkest. Without it, "
                + "none does."
        )
        static let give = Field(
            "give",
            .choice(Result.self),
            default: .image,
            doc:
                "What the output is: the image, a statistic of its pixels, the sums of its columns (`projection_x`) or "
                + "rows (`projection_y`), or where its light is and how wide that is (`centroid_x`, `sigma_x`)."
        )
        static func side(_ name: String, _ along: String) -> Field<Side?> {
            .optional(
                name,
                .record(Sides.listed) {
                    Side(origin: $0.read(Sides.origin), step: $0.read(Sides.step), unit: $0.read(Sides.unit))
                },
                example: "{step: 0.05, unit: mm}",
                doc: "What places along \(along) mean. Without it, what the image says, or pixels."
            )
        }
        static let x = side("x", "a row")
        static let y = side("y", "a column")
        static let listed = [
            pixels.listed, columns.listed, rows.listed, shape.listed, order.listed, region.listed, scale.listed,
            normalise.listed, threshold.listed, thresholdFraction.listed, give.listed, x.listed, y.listed,
        ]

        static let out = Field.required(
            "out",
            .map(of: .record(listed) { Output(&$0) }, keys: "names of signals", count: 1...1000),
            example: "{width: {pixels: CAM:IMAGE, give: sigma_x}}",
            doc: "The outputs, by name. What is done to the pixels is done in the order of the fields."
        )
    }

    private enum Regions {
        static let x = Field("x", .count(in: 0...100_000), default: 0, doc: "The first column.")
        static let y = Field("y", .count(in: 0...100_000), default: 0, doc: "The first row.")
        static let width = Field.required("width", .count(in: 1...100_000), example: "200", doc: "How many columns.")
        static let height = Field.required("height", .count(in: 1...100_000), example: "100", doc: "How many rows.")
        static let listed = [x.listed, y.listed, width.listed, height.listed]
    }

    private enum Sides {
        static let origin = Field("origin", .number(), default: 0, doc: "Where the first pixel of the image is.")
        static let step = Field("step", .number(), default: 1, doc: "How far the next pixel is.")
        static let unit = Field("unit", .text("a unit"), default: "pixel", doc: "The unit of both.")
        static let listed = [origin.listed, step.listed, unit.listed]
    }

    let out: [Named<Output>]

    public init(_ section: inout ConfigSection) {
        out = section.read(Fields.out)
    }
}

extension ImageStepConfig.Output {
    fileprivate init(_ section: inout ConfigSection) {
        typealias Fields = ImageStepConfig.Fields
        pixels = section.read(Fields.pixels)
        columns = section.read(Fields.columns)
        rows = section.read(Fields.rows)
        shape = section.read(Fields.shape)
        order = section.read(Fields.order)
        region = section.read(Fields.region)
        scale = section.read(Fields.scale)
        normalise = section.read(Fields.normalise)
        threshold = section.read(Fields.threshold)
        thresholdFraction = section.read(Fields.thresholdFraction)
        give = section.read(Fields.give)
        x = section.read(Fields.x)
        y = section.read(Fields.y)
        if (columns == nil) != (rows == nil) || (columns != nil && shape != nil) {
            section.report(
                .conflict,
                at: section.place,
                path: section.path,
                "expected 'columns' and 'rows', or 'shape', or none of them",
                advice: "name both sizes, once"
            )
        }
    }
}

extension NodeType {
    public static let image = NodeType(
        role: .step,
        name: "image",
        summary: "Makes images of numbers, cuts and scales them, and measures what is on them.",
        fields: [ImageStepConfig.Fields.out.listed],
        example: """
            flow: spot
            sources:
              camera: {type: pva, pvs: [CAM:IMAGE]}
            steps:
              spot:
                type: image
                out:
                  spot_x: {pixels: CAM:IMAGE, threshold: 20, give: centroid_x, x: {step: 0.05, unit: mm}}
                  spot_width: {pixels: CAM:IMAGE, threshold: 20, give: sigma_x, x: {step: 0.05, unit: mm}}
            sinks:
              screen: {type: console, in: [spot_x, spot_width]}

            """,
        takesIn: false,
        ports: { section in
            let config = ImageStepConfig(&section)
            return NodePorts(
                inputs: config.out.flatMap { $0.value.inputs($0.name) },
                outputs: .signals(
                    config.out.map { Named(name: $0.name, place: $0.place, path: $0.path, value: ()) },
                    field: "out"
                )
            )
        }
    )
}
