/// How long a worker's steps take, in seconds.
///
/// Prefill of a batch: `a + max(m, b·Σu) + d·Σ u·(c − u/2)` with `u` new and `c` context tokens per sequence;
/// decode step: `e + f·batch + g·Σc`. Source: the batch latency models of DistServe and LAPS.
public struct CostCoefficients: Hashable, Sendable {
    /// Fixed cost of a prefill step.
    public var a = 0.0
    /// Cost per prefilled token.
    public var b = 0.0
    /// Attention cost per (new token × context token).
    public var d = 0.0
    /// Floor of the linear part: reading the weights once.
    public var m = 0.0
    /// Fixed cost of a decode step.
    public var e = 0.0
    /// Cost per sequence of a decode step.
    public var f = 0.0
    /// Attention cost per context token of a decode step.
    public var g = 0.0

    /// All zero.
    public init() {}

    /// Time to prefill `newTokens` of a prompt of `contextTokens`.
    public func prefill(newTokens: Int, contextTokens: Int) -> Duration {
        .fromSeconds(prefillSeconds(newTokens: newTokens, contextTokens: contextTokens))
    }

    /// Time of a decode step over `batch` sequences that hold `contextTokens` in total.
    public func decodeStep(batch: Int, contextTokens: Int) -> Duration {
        .fromSeconds(decodeStepSeconds(batch: batch, contextTokens: contextTokens))
    }

    /// The same as ``prefill(newTokens:contextTokens:)`` in seconds, not rounded: for sums of many.
    @inlinable public func prefillSeconds(newTokens: Int, contextTokens: Int) -> Double {
        let u = Double(newTokens)
        let c = Double(contextTokens)
        return a + max(m, b * u) + d * u * (c - u / 2)
    }

    /// The same as ``decodeStep(batch:contextTokens:)`` in seconds, not rounded.
    @inlinable public func decodeStepSeconds(batch: Int, contextTokens: Int) -> Double {
        e + f * Double(batch) + g * Double(contextTokens)
    }
}
