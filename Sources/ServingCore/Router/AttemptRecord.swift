import ServingTypes

/// What became of one placement of a request.
public struct AttemptRecord: Hashable, Sendable {
    /// Number of the attempt.
    public var number: UInt32
    /// The plan, with its codec, budget and fetch, and what was predicted.
    public var chosen: ScoredPlan
    /// The best plans that lost, best first.
    public var alternatives: [ScoredPlan]
    /// Why the plan was chosen.
    public var basis: PlacementBasis
    /// From the request's submission to this placement.
    public var placedAfter: Duration
    /// From the request's submission to the first new token that came of it; `nil` without one.
    public var firstTokenAfter: Duration?
    /// From the request's submission to the second new token that came of it; `nil` without one.
    public var secondTokenAfter: Duration?
    /// From the request's submission to its end: the request's own, or when the router gave it up.
    public var endedAfter = Duration.zero
    /// What the prefill worker reported; `nil` without one, or when it did not report.
    public var prefillReport: StageReport?
    /// What the decode worker reported; `nil` when it did not.
    public var decodeReport: StageReport?
    /// Why the attempt did not complete the request; `nil` for the one that did.
    public var failure: ServingError?
    /// Whether `failure` was a refusal, at once or later: work that was preempted did not fail either.
    public var wasRefused: Bool
}
