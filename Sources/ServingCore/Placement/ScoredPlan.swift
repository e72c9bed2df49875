import ServingTypes

/// A plan and what placement expects of it.
public struct ScoredPlan: Hashable, Sendable {
    /// The plan.
    public var plan: PlacementPlan
    /// Expected time to the first token.
    public var predictedTTFT: Duration
    /// Expected time from the first token to the second.
    public var predictedGap: Duration
    /// Expected time of the fetch, which runs while the prompt is queued; zero without one.
    public var predictedFetch: Duration
    /// What the delay of others' answers is counted as.
    public var harm: Duration
    /// Prompt tokens that the prefilling worker holds and need not compute.
    public var hitTokens: Int
    /// Prompt tokens that it fetches and need not compute either.
    public var fetchedTokens: Int
    /// KV bytes that must cross to the decode worker, before encoding; 0 for local prefill.
    public var transferBytes: Int
    /// What is expected on the wire for ``transferBytes``, after encoding.
    public var wireBytes: Int
    /// Failed attempts of the same request in which its workers took part.
    public var failures: Int
    /// Expected time of its first decode steps.
    public var predictedStep = Duration.zero
    /// Whether it keeps the request's limits, as far as predicted.
    public var limits = PlanLimits()
    /// What ``predictedTT2T`` and ``harm`` are made of.
    public var parts = PlanParts()
    /// What they were made from.
    public var inputs = PlanInputs()

    /// Expected time to the second token: what placement minimizes, with ``harm`` added.
    public var predictedTT2T: Duration { predictedTTFT + predictedGap }
}
