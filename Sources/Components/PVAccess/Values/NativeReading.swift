internal import CPVXS
internal import Signals

/// Values of the library as samples have them.
enum NativeReading {
    /// Takes the memory of an array over.
    ///
    /// - Throws: When the value is of a form that no sample has.
    @unsafe
    static func value(_ native: UnsafePointer<pvx_value>, choices: [String]) throws(PVAProblem) -> Value {
        switch unsafe native.pointee.kind {
        case PVX_KIND_REAL: return unsafe .float64(native.pointee.real)
        case PVX_KIND_INTEGER: return unsafe .int64(native.pointee.integer)
        case PVX_KIND_NATURAL: return unsafe .uint64(native.pointee.natural)
        case PVX_KIND_TRUTH: return unsafe .bool(native.pointee.truth)
        case PVX_KIND_TEXT: return unsafe .text(String(native.pointee.text))
        case PVX_KIND_CHOICE:
            let index = unsafe native.pointee.choice
            let label = choices.indices.contains(Int(index)) ? choices[Int(index)] : ""
            return .choice(Choice(index: index, label: label))
        case PVX_KIND_ARRAY: return unsafe .tensor(try tensor(native, shape: [native.pointee.count]))
        case PVX_KIND_IMAGE: return try unsafe image(native)
        default: return .none
        }
    }

    @unsafe
    static func alarm(_ native: UnsafePointer<pvx_value>) -> Alarm {
        let severity = unsafe native.pointee.severity
        let status = unsafe native.pointee.status
        let message = unsafe native.pointee.message
        if severity == 0, status == 0, unsafe message.count == 0 || isNoAlarm(message) { return .none }
        return unsafe Alarm(
            UInt8(exactly: severity).flatMap(Severity.init) ?? .invalid,
            status: UInt8(exactly: status).flatMap(Alarm.Status.init) ?? .undefined,
            message: String(message)
        )
    }

    /// Servers on records say so when all is well.
    @unsafe
    private static func isNoAlarm(_ text: pvx_text) -> Bool {
        guard unsafe text.count == 8 else { return false }
        return unsafe UnsafeRawBufferPointer(start: text.bytes, count: 8).elementsEqual("NO_ALARM".utf8)
    }

    @unsafe
    static func stamp(_ native: UnsafePointer<pvx_value>) -> Stamp {
        let seconds = unsafe native.pointee.seconds
        let stamp = unsafe Stamp(seconds: seconds, nanoseconds: native.pointee.nanoseconds)
        return stamp ?? Stamp(nanoseconds: seconds < 0 ? .min : .max)
    }

    @unsafe
    static func description(_ native: UnsafePointer<pvx_metadata>) -> Description {
        let known = unsafe native.pointee
        return unsafe Description(
            kind: kind(known.kind),
            unit: String(known.unit),
            displayLimits: known.has_display ? range(known.display_low, known.display_high) : nil,
            controlLimits: known.has_control ? range(known.control_low, known.control_high) : nil,
            choices: choices(native),
            precision: known.has_precision ? Int(known.precision) : nil,
            displayText: String(known.description)
        )
    }

    @unsafe
    static func choices(_ native: UnsafePointer<pvx_metadata>) -> [String] {
        unsafe (0..<native.pointee.choice_count).map { unsafe String(native.pointee.choices[$0]) }
    }

    @unsafe
    private static func kind(_ kind: pvx_kind) -> Description.Kind {
        switch kind {
        case PVX_KIND_REAL: .float64
        case PVX_KIND_INTEGER: .int64
        case PVX_KIND_NATURAL: .uint64
        case PVX_KIND_TRUTH: .bool
        case PVX_KIND_TEXT: .text
        case PVX_KIND_CHOICE: .choice
        case PVX_KIND_IMAGE: .image
        default: .tensor
        }
    }

    /// Equal ends, which is what a record without limits says, limit nothing.
    private static func range(_ low: Double, _ high: Double) -> ClosedRange<Double>? { low < high ? low...high : nil }

    @unsafe
    private static func tensor(_ native: UnsafePointer<pvx_value>, shape: [Int]) throws(PVAProblem) -> Tensor {
        let count = unsafe native.pointee.count
        let array = unsafe ArrayOwner(native.pointee.array)
        let number = unsafe native.pointee.element_type
        guard let type = UInt8(exactly: number).flatMap(ElementType.init) else {
            throw PVAProblem(.value, "expected elements of a known type, found number \(number)")
        }
        do throws(TensorError) {
            if type == .string {
                return try Tensor((0..<count).map { array.text($0) }, shape: shape)
            }
            let bytes: TensorBytes
            if let elements = unsafe native.pointee.elements, let byteCount = type.byteCount(of: count), byteCount > 0 {
                unsafe bytes = TensorBytes(adopting: elements, count: byteCount) { _ in array.end() }
            } else {
                bytes = TensorBytes(count: 0) { _ in }
            }
            return try Tensor(type, shape: shape, bytes: bytes)
        } catch {
            throw PVAProblem(.value, error.description)
        }
    }

    /// The last dimension of a tensor is the fastest, the first one on the wire.
    @unsafe
    private static func image(_ native: UnsafePointer<pvx_value>) throws(PVAProblem) -> Value {
        let count = unsafe Int(native.pointee.dimension_count)
        let sizes = unsafe native.pointee.dimensionList(count)
        let tensor = try unsafe tensor(native, shape: sizes.reversed().map { Int($0.size) })
        let kinds = unsafe ColourMode.axes(mode: native.pointee.colour_mode, shape: tensor.shape)
        guard let kinds else { return .tensor(tensor) }
        let axes = zip(kinds, sizes.reversed()).map { kind, dimension in
            Image.Axis(kind, origin: Double(dimension.origin), step: Double(max(1, dimension.step)))
        }
        do throws(TensorError) {
            return .image(try Image(tensor, axes: axes))
        } catch {
            throw PVAProblem(.value, error.description)
        }
    }
}

/// Where the colours of an image are, as areaDetector says it.
enum ColourMode {
    /// The axes of a tensor of this shape; nil when it is no image.
    ///
    /// Three dimensions without a mode are of colours where one of them is 3: the last such.
    static func axes(mode: Int32, shape: [Int]) -> [Image.Axis.Kind]? {
        switch (shape.count, Int(mode)) {
        case (2, _): return [.row, .column]
        case (3, PVX_COLOUR_RGB1): return [.row, .column, .colour]
        case (3, PVX_COLOUR_RGB2): return [.row, .colour, .column]
        case (3, PVX_COLOUR_RGB3): return [.colour, .row, .column]
        case (3, _):
            switch shape.lastIndex(of: 3) {
            case 2: return [.row, .column, .colour]
            case 1: return [.row, .colour, .column]
            case 0: return [.colour, .row, .column]
            default: return nil
            }
        default: return nil
        }
    }

    /// The mode of an image with these axes.
    static func mode(_ axes: [Image.Axis]) -> Int32 {
        switch axes.firstIndex(where: { $0.kind == .colour }) {
        case nil: Int32(PVX_COLOUR_MONO)
        case 0: Int32(PVX_COLOUR_RGB3)
        case 1: Int32(PVX_COLOUR_RGB2)
        default: Int32(PVX_COLOUR_RGB1)
        }
    }
}

extension pvx_value {
    struct Dimension {
        var size: Int32
        var origin: Int32
        var step: Int32
    }

    /// The first dimensions, in the order of the wire.
    @unsafe
    func dimensionList(_ count: Int) -> [Dimension] {
        unsafe withUnsafeBytes(of: dimensions) { sizes in
            unsafe withUnsafeBytes(of: origins) { origins in
                unsafe withUnsafeBytes(of: steps) { steps in
                    (0..<count).map { index in
                        unsafe Dimension(
                            size: sizes.load(fromByteOffset: index * 4, as: Int32.self),
                            origin: origins.load(fromByteOffset: index * 4, as: Int32.self),
                            step: steps.load(fromByteOffset: index * 4, as: Int32.self)
                        )
                    }
                }
            }
        }
    }
}

/// Memory of the library, given back with the last reference.
// Safe: the memory is only read until its end, which comes once.
@safe private final class ArrayOwner: @unchecked Sendable {
    private let array: OpaquePointer?

    init(_ array: OpaquePointer?) { unsafe self.array = array }

    deinit { unsafe pvx_array_destroy(array) }

    func text(_ index: Int) -> String { unsafe String(pvx_array_text(array, index)) }

    /// Keeps this alive until here.
    func end() {}
}
