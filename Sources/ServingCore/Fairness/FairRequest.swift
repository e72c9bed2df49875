import ServingTypes

/// What the fair queue knows of one waiting request.
struct FairRequest: Sendable {
    let request: RequestID
    /// Rises with each request that came.
    let arrival: UInt64
    let tenant: TenantTag
    let weight: Int
    let priority: RequestPriority
    let enteredAt: Timestamp
    /// Whether it may run beside a long prompt.
    let isShort: Bool
    /// Hash of its first block; `nil` for a prompt without a full one.
    let root: BlockHash?
    /// Prompt tokens that some worker is believed to hold.
    var hitTokens: Int
    /// What it is expected to cost.
    let cost: Int

    /// Place among its tenant's requests: longer hits first, then earlier arrivals.
    var key: FairKey { FairKey(hitTokens: hitTokens, arrival: arrival, request: request) }
    /// Place by arrival alone.
    var age: FairKey { FairKey(hitTokens: 0, arrival: arrival, request: request) }
}
