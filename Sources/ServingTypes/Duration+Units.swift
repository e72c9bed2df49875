extension Duration {
    /// Whole nanoseconds, clamped to what `Int64` holds (292 years).
    public var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds > 0 ? .max : .min }
        return scaled.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
    }

    /// Milliseconds with fraction: for printing and metrics, never for decisions.
    public var milliseconds: Double { Double(nanoseconds) / 1e6 }

    /// Seconds with fraction: for printing, metrics and cost models that round back to nanoseconds.
    public var inSeconds: Double { Double(nanoseconds) / 1e9 }

    /// A duration from fractional seconds, rounded to nanoseconds and clamped to 0…100 years.
    public static func fromSeconds(_ seconds: Double) -> Duration {
        guard seconds > 0 else { return .zero }
        return .nanoseconds(Int64((min(seconds, 3.15e9) * 1e9).rounded()))
    }
}
