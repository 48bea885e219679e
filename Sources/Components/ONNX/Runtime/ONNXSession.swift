internal import COnnxRuntime
internal import Lifetime
internal import Models
internal import Signals

/// A model that ONNX Runtime has loaded: one owner, any number of threads that run it.
// Safe: ONNX Runtime documents `Run` as safe for all threads; nothing else is called until the end.
@safe struct ONNXSession: ~Copyable, @unchecked Sendable {
    private let session: OpaquePointer
    let label: String

    /// Loads a model from memory: the library opens no file by itself.
    ///
    /// `isAlone` has it run on the calling thread and no other.
    init(_ files: LoadedFiles, isAlone: Bool) throws(ModelProblem) {
        let environment = try ONNXEnvironment.shared()
        func refused(_ message: String) -> ModelProblem {
            ModelProblem(
                .unsupported,
                "expected a model that ONNX Runtime \(ONNXLibrary.version) runs, found in '\(files.label)': "
                    + ONNXSession.plain(message),
                advice:
                    "where it lacks an operator or a type, export the model with an older opset, or with other types"
            )
        }
        var options: OpaquePointer?
        defer { unsafe ort_options_destroy(options) }
        try unsafe ONNXStatus.check(ort_options_create(isAlone, &options), refused)
        let companions = files.companions.sorted { $0.key < $1.key }
        let names = CNames(companions.map(\.key))
        if !companions.isEmpty {
            // The library only reads, whatever its table says.
            let memory =
                unsafe companions.map { file in
                    unsafe UnsafeMutablePointer(mutating: file.value.address.assumingMemoryBound(to: CChar.self))
                } as [UnsafeMutablePointer<CChar>?]
            let counts = companions.map { $0.value.count }
            let status = unsafe ort_options_add_files(options, names.pointer, memory, counts, counts.count)
            try unsafe ONNXStatus.check(status, refused)
        }
        var made: OpaquePointer?
        // The memory of the companions is read until here.
        let status = unsafe withExtendedLifetime(companions) {
            unsafe files.bytes.withUnsafeBytes { bytes in
                unsafe ort_session_create(environment.handle, bytes.baseAddress, bytes.count, options, &made)
            }
        }
        try unsafe ONNXStatus.check(status, refused)
        unsafe session = made!
        label = files.label
    }

    deinit { unsafe ort_session_destroy(session) }

    /// The library's message without the place in its own code.
    static func plain(_ message: String) -> String {
        var text = message.split(separator: "\n").first.map(String.init) ?? "no reason"
        // `[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : what it is about`
        let parts = text.split(separator: ":", maxSplits: 3).map { $0.drop { $0 == " " } }
        if parts.count == 4, parts[0].hasPrefix("[ONNXRuntimeError]") { text = String(parts[3]) }
        return text
    }

    /// Runs once; `outputs` are filled where they are nil, else written into.
    @inline(always)
    func run(
        _ inputNames: borrowing CNames,
        _ inputs: borrowing ONNXValueList,
        _ outputNames: borrowing CNames,
        _ outputs: inout ONNXValueList,
        until stop: RunStop
    ) throws(ModelProblem) {
        guard stop.isNever else { return try runStoppably(inputNames, inputs, outputNames, &outputs, until: stop) }
        let label = label
        try unsafe ONNXStatus.check(call(nil, inputNames, inputs, outputNames, &outputs)) { Self.failed(label, $0) }
    }

    @inline(always)
    private func call(
        _ options: OpaquePointer?,
        _ inputNames: borrowing CNames,
        _ inputs: borrowing ONNXValueList,
        _ outputNames: borrowing CNames,
        _ outputs: inout ONNXValueList
    ) -> OpaquePointer? {
        unsafe ort_session_run(
            session,
            options,
            inputNames.pointer,
            inputs.values,
            inputNames.count,
            outputNames.pointer,
            outputNames.count,
            &outputs.values
        )
    }

    private func runStoppably(
        _ inputNames: borrowing CNames,
        _ inputs: borrowing ONNXValueList,
        _ outputNames: borrowing CNames,
        _ outputs: inout ONNXValueList,
        until stop: RunStop
    ) throws(ModelProblem) {
        if let cause = stop.cause { throw Self.stopped(label, cause, stop.limit) }
        var handle: OpaquePointer?
        let label = label
        try unsafe ONNXStatus.check(ort_run_options_create(&handle)) { Self.failed(label, $0) }
        let options = unsafe RunOptions(handle: handle!)
        defer { unsafe ort_run_options_destroy(options.handle) }
        let registration = stop.register {
            if let status = unsafe ort_run_options_stop(options.handle) { unsafe ort_status_destroy(status) }
        }
        let status = unsafe call(options.handle, inputNames, inputs, outputNames, &outputs)
        // From here on nobody touches the options, which end with this call.
        stop.unregister(registration)
        let cause = stop.cause
        try unsafe ONNXStatus.check(status) { message in
            cause.map { Self.stopped(label, $0, stop.limit) } ?? Self.failed(label, message)
        }
    }

    private static func failed(_ label: String, _ message: String) -> ModelProblem {
        ModelProblem(.failed, "expected '\(label)' to run, found: \(plain(message))")
    }

    private static func stopped(_ label: String, _ cause: RunStop.Cause, _ limit: Duration?) -> ModelProblem {
        switch cause {
        case .cancelled: ModelProblem(.cancelled, "expected '\(label)' to run to its end, found that it was cancelled")
        case .deadline:
            ModelProblem(
                .deadline,
                "expected '\(label)' to run within \(limit.map { "\($0)" } ?? "its time"), found that it takes longer",
                advice: "allow more time, give it fewer rows at once, or use a smaller model"
            )
        }
    }
}

/// Options of one run, which another thread may end.
// Safe: the library documents the end of a run as safe for all threads.
@safe private struct RunOptions: @unchecked Sendable {
    let handle: OpaquePointer

    init(handle: OpaquePointer) { unsafe self.handle = handle }
}

/// Names as C has them, made once.
// Safe: it is never written after it was made.
@safe struct CNames: ~Copyable, @unchecked Sendable {
    let pointer: UnsafePointer<UnsafePointer<CChar>?>
    let count: Int

    init(_ names: [String]) {
        let all = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: max(1, names.count))
        for (index, name) in names.enumerated() {
            let bytes = Array(name.utf8)
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
            for (place, byte) in bytes.enumerated() { unsafe copy[place] = CChar(bitPattern: byte) }
            unsafe copy[bytes.count] = 0
            unsafe (all + index).initialize(to: UnsafePointer(copy))
        }
        unsafe pointer = UnsafePointer(all)
        count = names.count
    }

    deinit {
        for index in 0..<count { unsafe pointer[index]?.deallocate() }
        unsafe pointer.deallocate()
    }
}
