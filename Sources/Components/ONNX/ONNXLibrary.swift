internal import COnnxRuntime
public import Component

/// The library that runs ONNX models.
public enum ONNXLibrary {
    static var version: String { unsafe String(cString: ort_version()) }

    public static var nativeParts: [NativePart] {
        [
            NativePart(
                name: "ONNX Runtime",
                version: version,
                fileNamePart: "libonnxruntime.so",
                isCompatible: ort_is_compatible(),
                licence: "MIT"
            )
        ]
    }
}
