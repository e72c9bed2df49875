internal import Glibc

/// The time of day, for what people read; never for deadlines.
public enum WallClock {
    /// Seconds since 1970.
    public static var unixSeconds: Int { time(nil) }
}
