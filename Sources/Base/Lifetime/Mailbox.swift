internal import Glibc

/// A value behind a lock for which a thread can wait: many put something in, one takes it out.
///
/// What is in it, how much it holds and what happens beyond that is the value's own matter.
// Safe: `value` is touched only while `lock` is held.
@safe public final class Mailbox<Value: Sendable>: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let bell: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    public init(_ value: Value) {
        unsafe lock = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
        unsafe bell = .allocate(capacity: 1)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(bell, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
        self.value = value
    }

    deinit {
        unsafe pthread_cond_destroy(bell)
        unsafe bell.deallocate()
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
    }

    /// Looks at the value, or changes it, without waking anybody.
    ///
    /// The body neither waits nor calls out.
    public func withLock<Result: ~Copyable>(_ body: (inout Value) -> sending Result) -> sending Result {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return body(&value)
    }

    /// Changes the value, and wakes those who wait where the body says so.
    public func put(_ body: (inout Value) -> Bool) {
        unsafe pthread_mutex_lock(lock)
        let isWorthWaking = body(&value)
        unsafe pthread_mutex_unlock(lock)
        if isWorthWaking { unsafe pthread_cond_broadcast(bell) }
    }

    /// Wakes all who wait, to look again.
    public func ring() { unsafe pthread_cond_broadcast(bell) }

    /// Waits until the body takes something, or until the deadline: then it is nil.
    public func take<Result>(until deadline: MonotonicTime?, _ body: (inout Value) -> Result?) -> Result? {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        while true {
            if let taken = body(&value) { return taken }
            guard let deadline else {
                unsafe pthread_cond_wait(bell, lock)
                continue
            }
            var time = timespec(
                tv_sec: Int(max(0, deadline.nanoseconds) / 1_000_000_000),
                tv_nsec: Int(max(0, deadline.nanoseconds) % 1_000_000_000)
            )
            if unsafe pthread_cond_timedwait(bell, lock, &time) == ETIMEDOUT { return body(&value) }
        }
    }
}
