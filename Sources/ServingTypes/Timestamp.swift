/// A moment on one process's monotonic clock, in nanoseconds; never sent to another process.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Nanoseconds since an arbitrary origin.
    public var nanoseconds: Int64

    /// Wraps nanoseconds since the clock's origin.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The origin; where simulated time starts.
    public static let zero = Timestamp(nanoseconds: 0)

    /// Seconds since the origin.
    public var inSeconds: Double { Double(nanoseconds) * 1e-9 }

    /// Later by `duration`, clamped at the ends of the representable range.
    public static func + (left: Self, duration: Duration) -> Self {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(duration.nanoseconds)
        guard overflow else { return Timestamp(nanoseconds: sum) }
        return Timestamp(nanoseconds: duration.nanoseconds > 0 ? .max : .min)
    }

    /// The time from `right` to `left`.
    public static func - (left: Self, right: Self) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }

    /// Earlier before later.
    public static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Seconds since the origin with microseconds.
    public var description: String { "\(Double(nanoseconds / 1_000) / 1e6) s" }
}
