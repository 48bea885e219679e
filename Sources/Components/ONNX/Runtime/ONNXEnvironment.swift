internal import COnnxRuntime
internal import Host
internal import Models

/// The one environment of the process: threads that all sessions share.
// Safe: ONNX Runtime documents its environment as safe for all threads, and it is never destroyed.
@safe struct ONNXEnvironment: @unchecked Sendable {
    let handle: OpaquePointer

    private init(handle: OpaquePointer) { unsafe self.handle = handle }

    /// How many threads work on one operation together: as many as the machine gives this process.
    static let threads: Int = {
        let machine = Machine.live()
        let quota = machine.cpuQuota.map { Int($0.rounded(.up)) } ?? machine.processors
        return max(1, min(machine.processors, quota))
    }()

    private static let made: Result<ONNXEnvironment, ModelProblem> = {
        guard ort_is_compatible() else {
            return .failure(
                ModelProblem(
                    .unsupported,
                    "expected an ONNX Runtime with the functions of 1.20, found \(ONNXLibrary.version)",
                    advice: "'slipway doctor' shows which file was loaded"
                )
            )
        }
        var handle: OpaquePointer?
        return Result { () throws(ModelProblem) in
            try unsafe ONNXStatus.check(ort_environment_create(Int32(threads), &handle)) { message in
                ModelProblem(.failed, "expected ONNX Runtime to start, found: \(message)")
            }
            return unsafe ONNXEnvironment(handle: handle!)
        }
    }()

    static func shared() throws(ModelProblem) -> ONNXEnvironment { try made.get() }
}

/// What the library says of a call.
enum ONNXStatus {
    /// Throws what `problem` makes of the library's words, and frees them.
    @inline(always)
    static func check(_ status: OpaquePointer?, _ problem: (String) -> ModelProblem) throws(ModelProblem) {
        guard let status = unsafe status else { return }
        let message = unsafe String(cString: ort_status_message(status))
        unsafe ort_status_destroy(status)
        throw problem(message)
    }
}
