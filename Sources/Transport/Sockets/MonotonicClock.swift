internal import CLinux
public import ServingTypes

/// The process's monotonic clock, on which every deadline of this target is measured.
public enum MonotonicClock {
    /// The current moment (CLOCK_MONOTONIC).
    public static var now: Timestamp { Timestamp(nanoseconds: clinux_monotonic_ns()) }

    /// Milliseconds for a poll that must not end before `deadline`; -1 without one.
    static func pollTimeout(until deadline: Timestamp?) -> Int32 {
        guard let deadline else { return -1 }
        let left = max(0, (deadline - now).nanoseconds)
        return Int32(clamping: left / 1_000_000 + (left % 1_000_000 == 0 ? 0 : 1))
    }
}
