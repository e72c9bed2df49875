internal import ServingTypes

/// A duration on the wire: whole microseconds, rounded to the nearest.
struct DurationField: Sendable {
    private let microseconds: IntegerField

    /// Durations from `least` microseconds to ``WireLimits/duration``.
    init(_ name: StaticString, least: Int = 0) {
        microseconds = IntegerField(name, least...Int(WireLimits.duration.nanoseconds / 1_000))
    }

    func encode(_ value: Duration) throws(WireError) -> UInt64 {
        let (whole, rest) = value.nanoseconds.quotientAndRemainder(dividingBy: 1_000)
        return try microseconds.encode(Int(whole) + (rest >= 500 ? 1 : rest <= -500 ? -1 : 0))
    }

    func decode(_ raw: UInt64) throws(WireError) -> Duration {
        .microseconds(try microseconds.decode(raw))
    }
}
