internal import Lifetime
public import Signals

extension Stamp {
    /// The clock on the wall, which may jump.
    public static func now() -> Stamp { Stamp(nanoseconds: WallClock.now()) }
}
