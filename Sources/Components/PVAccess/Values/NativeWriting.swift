internal import CPVXS
internal import Signals

/// Samples as the library takes them.
enum NativeWriting {
    /// Fills a structure whose pointers live until `body` returns; arrays have an owner that outlives it.
    ///
    /// The value is of the form that the target has: see ``PVATarget``.
    @unsafe
    @inline(always)
    static func withNative<Result>(
        _ value: Value,
        _ alarm: Alarm,
        _ stamp: Stamp,
        _ body: (UnsafePointer<pvx_value>) -> Result
    ) -> Result {
        var native = unsafe pvx_value()
        unsafe native.severity = Int32(alarm.severity.rawValue)
        unsafe native.status = Int32(alarm.status.rawValue)
        unsafe native.seconds = stamp.seconds
        unsafe native.nanoseconds = stamp.secondFraction
        return unsafe alarm.message.withNativeText { message in
            unsafe native.message = message
            switch value {
            case .float64(let number):
                unsafe native.kind = PVX_KIND_REAL
                unsafe native.real = number
            case .int64(let number):
                unsafe native.kind = PVX_KIND_INTEGER
                unsafe native.integer = number
            case .uint64(let number):
                unsafe native.kind = PVX_KIND_NATURAL
                unsafe native.natural = number
            case .bool(let truth):
                unsafe native.kind = PVX_KIND_TRUTH
                unsafe native.truth = truth
            case .choice(let choice):
                unsafe native.kind = PVX_KIND_CHOICE
                unsafe native.choice = choice.index
            case .text(let text):
                unsafe native.kind = PVX_KIND_TEXT
                return unsafe text.withNativeText { text in
                    unsafe native.text = text
                    return unsafe body(&native)
                }
            case .tensor(let tensor):
                unsafe native.kind = PVX_KIND_ARRAY
                return unsafe withNative(tensor, &native, body)
            case .image(let image):
                unsafe native.kind = PVX_KIND_IMAGE
                unsafe setDimensions(image, &native)
                return unsafe withNative(image.tensor, &native, body)
            case .record, .none: unsafe native.kind = PVX_KIND_NONE
            }
            return unsafe body(&native)
        }
    }

    /// Lets go of what `withNative` gave away.
    static let release: @convention(c) (UnsafeMutableRawPointer?) -> Void = { owner in
        guard let owner = unsafe owner else { return }
        unsafe Unmanaged<TensorBytes>.fromOpaque(owner).release()
    }

    @unsafe
    private static func withNative<Result>(
        _ tensor: Tensor,
        _ native: inout pvx_value,
        _ body: (UnsafePointer<pvx_value>) -> Result
    ) -> Result {
        unsafe native.element_type = Int32(tensor.elementType.rawValue)
        unsafe native.count = tensor.count
        if let texts = tensor.texts {
            let texts = NativeTexts(texts)
            unsafe native.texts = texts.pointer
            let result = unsafe body(&native)
            // The texts were read until here.
            _ = consume texts
            return result
        }
        guard let bytes = tensor.bytes else { return unsafe body(&native) }
        unsafe native.elements = bytes.address
        unsafe native.owner = Unmanaged.passRetained(bytes).toOpaque()
        return unsafe body(&native)
    }

    @unsafe
    private static func setDimensions(_ image: Image, _ native: inout pvx_value) {
        let count = min(image.tensor.shape.count, Int(PVX_DIMENSIONS_MAX))
        unsafe native.dimension_count = Int32(count)
        unsafe native.colour_mode = ColourMode.mode(image.axes)
        let sizes = image.tensor.shape.reversed().map { Int32(clamping: $0) }
        let axes = Array(image.axes.reversed())
        unsafe withUnsafeMutableBytes(of: &native.dimensions) { target in
            for index in 0..<count {
                unsafe target.storeBytes(of: sizes[index], toByteOffset: index * 4, as: Int32.self)
            }
        }
        unsafe withUnsafeMutableBytes(of: &native.origins) { target in
            for index in 0..<count {
                let origin = Int32(exactly: axes[index].origin.rounded()) ?? 0
                unsafe target.storeBytes(of: origin, toByteOffset: index * 4, as: Int32.self)
            }
        }
        unsafe withUnsafeMutableBytes(of: &native.steps) { target in
            for index in 0..<count {
                let step = Int32(exactly: axes[index].step.rounded()) ?? 1
                unsafe target.storeBytes(of: max(1, step), toByteOffset: index * 4, as: Int32.self)
            }
        }
    }
}
