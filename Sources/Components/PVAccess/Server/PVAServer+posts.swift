internal import CPVXS
internal import Lifetime
public import Signals

// Values on their way to clients.
extension PVAServer {
    /// Sends a sample to whoever watches the variable of this number, in its declared kind.
    ///
    /// A value of `none` leaves the last one, under a new alarm and time. One thread at a time posts a variable.
    /// - Returns: Why nothing was sent; nil when it was.
    public func post(_ index: Int, _ sample: Sample) -> PVAProblem? {
        unsafe with(index, sample) { native in unsafe pvx_server_post(handle, index, native) }
    }

    /// Sends several samples as ``post(_:_:)`` does, so close to each other that clients are told once.
    ///
    /// `refused` is told what was not sent, and why.
    public func post(_ samples: [(index: Int, sample: Sample)], refused: (Int, PVAProblem) -> Void) {
        // Making a value takes longer than posting it: meanwhile the library would wake up for each.
        let batch = unsafe pvx_batch_create(handle)
        for (place, entry) in samples.enumerated() {
            let problem = unsafe with(entry.index, entry.sample) { native in
                unsafe pvx_batch_add(batch, entry.index, native)
            }
            if let problem { refused(place, problem) }
        }
        guard let message = unsafe NativeStatus.message(pvx_batch_post(batch)) else { return }
        refused(0, PVAProblem(.failed, "expected values to be posted, found: \(message)"))
    }

    /// Passes a sample as the library takes it, in the declared kind.
    @unsafe
    private func with(
        _ index: Int,
        _ sample: Sample,
        _ body: (UnsafePointer<pvx_value>) -> UnsafeMutablePointer<CChar>?
    ) -> PVAProblem? {
        guard let offered = offered(index) else {
            return PVAProblem(.failed, "expected a variable that is offered, found that it is not any more")
        }
        let value: Value
        switch (offered.target.form, sample.value) {
        case (.number(.float64), .float64), (_, .none): value = sample.value
        default:
            do throws(PVAProblem) {
                value = try offered.target.converted(sample.value, for: offered.name, .likeToLike)
            } catch {
                return error
            }
        }
        let message = unsafe NativeWriting.withNative(value, sample.alarm, sample.stamp) { native in
            unsafe NativeStatus.message(body(native))
        }
        guard let message else { return nil }
        return PVAProblem(.failed, "expected '\(offered.name)' to be posted, found: \(message)")
    }
}
