internal import Glibc

/// The time of day, for what people read; never for deadlines.
public enum WallClock {
    /// Seconds since 1970.
    public static var unixSeconds: Int { time(nil) }

    /// Nanoseconds since 1970.
    public static var unixNanoseconds: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}
