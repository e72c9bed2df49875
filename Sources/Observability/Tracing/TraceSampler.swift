/// Decides by a trace's identity alone whether a trace that begins here is kept: every process with the same
/// ratio decides alike, and a lower ratio keeps a part of what a higher one keeps.
///
/// The last 56 bits are compared with a threshold. Source: OpenTelemetry, "TraceState: Probability Sampling".
public struct TraceSampler: Sendable {
    private static let randomness: UInt64 = 1 << 56
    private let threshold: UInt64

    /// Keeps about this share of traces, from 0 (none) to 1 (all).
    public init(ratio: Double) {
        precondition((0...1).contains(ratio), "the ratio is \(ratio)")
        threshold = UInt64(((1 - ratio) * Double(Self.randomness)).rounded())
    }

    /// Whether a new trace is kept.
    public func keeps(_ trace: TraceID) -> Bool {
        trace.rawValue.low & (Self.randomness - 1) >= threshold
    }
}
