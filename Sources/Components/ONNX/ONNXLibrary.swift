internal import COnnxRuntime
public import Component

/// The library that runs ONNX models.
public enum ONNXLibrary {
    public static var nativeParts: [NativePart] {
        [
            NativePart(
                name: "ONNX Runtime",
                version: unsafe String(cString: ort_version()),
                fileNamePart: "libonnxruntime.so",
                isCompatible: ort_is_compatible(),
                licence: "MIT"
            )
        ]
    }
}
