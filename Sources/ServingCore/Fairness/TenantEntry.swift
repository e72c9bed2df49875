import ServingTypes

/// What the router keeps of one tenant's requests, over all classes.
struct TenantEntry: Sendable {
    /// Requests that wait for a place.
    var waiting = 0
    /// Requests that are not over.
    var inFlight = 0
    /// Tokens that it may still use now; below zero when answers were longer than that.
    private(set) var tokens: Double
    private var filledAt: Timestamp

    init(_ share: TenantShare, now: Timestamp) {
        tokens = Double(share.tokensPerMinute ?? 0)
        filledAt = now
    }

    /// Adds the tokens that time has brought.
    mutating func fill(_ share: TenantShare, now: Timestamp) {
        let limit = Double(share.tokensPerMinute ?? 0)
        tokens = min(limit, tokens + limit * (now - filledAt).inSeconds / 60)
        filledAt = now
    }

    /// Goes on under another limit: what was used stays used.
    mutating func change(from old: TenantShare, to new: TenantShare, now: Timestamp) {
        fill(old, now: now)
        tokens += Double(new.tokensPerMinute ?? 0) - Double(old.tokensPerMinute ?? 0)
    }

    mutating func use(_ count: Int) { tokens -= Double(count) }

    /// Whether nothing would be lost by forgetting it.
    func isIdle(_ share: TenantShare) -> Bool {
        inFlight == 0 && tokens >= Double(share.tokensPerMinute ?? 0)
    }
}
