internal import Glibc

/// What the present thread has used and waited for until now.
public struct ThreadUse: Sendable {
    /// Time on the processors.
    public let cpu: Duration
    /// How often it gave its processor away by itself: for a lock, a file, another thread.
    public let waits: Int

    /// `RUSAGE_THREAD`, which the header has for C of GNU alone.
    private static let presentThread: Int32 = 1

    /// - Returns: Nil where the system does not tell.
    public static func now() -> ThreadUse? {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(presentThread), &usage) == 0 else { return nil }
        func duration(_ time: timeval) -> Duration { .seconds(time.tv_sec) + .microseconds(time.tv_usec) }
        return ThreadUse(cpu: duration(usage.ru_utime) + duration(usage.ru_stime), waits: usage.ru_nvcsw)
    }
}
