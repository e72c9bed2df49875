import ServingTypes

/// Requests and tokens of each tenant, held against its limits.
struct TenantBook: Sendable {
    private static let maxEntries = 4_096

    private var settings: FairnessSettings
    private var entries: [TenantTag: TenantEntry] = [:]
    /// What each tenant of the settings was served; ``TenantTag/none`` stands for all others.
    private(set) var served: [TenantTag: ServedTokens] = [:]

    init(settings: FairnessSettings) { self.settings = settings }

    /// Holds tenants against other limits from now on; what they have and used is known.
    mutating func update(settings new: FairnessSettings, now: Timestamp) {
        for tenant in entries.keys {
            let (old, share) = (settings.share(of: tenant), new.share(of: tenant))
            entries[tenant]?.change(from: old, to: share, now: now)
        }
        settings = new
    }

    /// Calls `body` for every tenant with requests that are not over, in no particular order.
    func forEachEntry(_ body: (TenantTag, TenantEntry) -> Void) {
        for (tenant, entry) in entries { body(tenant, entry) }
    }

    /// Why a tenant may not have one more request now; `nil` when it may.
    ///
    /// With the reason, how long until its tokens suffice; `nil` when that is not a matter of tokens.
    mutating func refusal(
        _ tenant: TenantTag,
        now: Timestamp
    ) -> (reason: RefusalReason, message: String, wait: Duration?)? {
        let share = settings.share(of: tenant)
        guard var entry = entries[tenant] else { return nil }
        entry.fill(share, now: now)
        entries[tenant] = entry
        if let limit = share.maxInFlight, entry.inFlight >= limit {
            return (.tenantInFlight, "\(limit) requests of this tenant are in progress already", nil)
        }
        if let limit = share.tokensPerMinute, entry.tokens <= 0 {
            let seconds = (1 - entry.tokens) * 60 / Double(limit)
            return (
                .tenantTokens, "this tenant has used its \(limit) tokens per minute", .fromSeconds(seconds)
            )
        }
        return nil
    }

    /// The limit on waiting requests that a tenant is beyond; `nil` when it is not.
    func exceededWaiting(_ tenant: TenantTag) -> Int? {
        guard let limit = settings.share(of: tenant).maxWaiting, let entry = entries[tenant] else {
            return nil
        }
        return entry.waiting > limit ? limit : nil
    }

    /// Counts a request that came, with its prompt's tokens.
    mutating func begin(_ tenant: TenantTag, promptTokens: Int, now: Timestamp) {
        if entries.count >= Self.maxEntries, entries[tenant] == nil { forgetIdle(now: now) }
        let share = settings.share(of: tenant)
        var entry = entries[tenant] ?? TenantEntry(share, now: now)
        entry.fill(share, now: now)
        entry.inFlight += 1
        if share.tokensPerMinute != nil { entry.use(promptTokens) }
        entries[tenant] = entry
    }

    /// Counts a request that is over for its client, with its answer's tokens.
    ///
    /// - Parameter refundedTokens: prompt tokens of one that was never served.
    mutating func end(_ tenant: TenantTag, outputTokens: Int, refundedTokens: Int, now: Timestamp) {
        let share = settings.share(of: tenant)
        guard var entry = entries[tenant] else { return }
        entry.inFlight -= 1
        entry.fill(share, now: now)
        if share.tokensPerMinute != nil { entry.use(outputTokens - refundedTokens) }
        entries[tenant] = entry.isIdle(share) ? nil : entry
    }

    mutating func wait(_ tenant: TenantTag) { entries[tenant]?.waiting += 1 }

    mutating func endWait(_ tenant: TenantTag) { entries[tenant]?.waiting -= 1 }

    /// Adds to what a tenant was served.
    mutating func count(_ tokens: ServedTokens, for tenant: TenantTag) {
        served[settings.tenants[tenant] == nil ? .none : tenant, default: ServedTokens()] += tokens
    }

    private mutating func forgetIdle(now: Timestamp) {
        entries = entries.filter { tenant, entry in
            var entry = entry
            let share = settings.share(of: tenant)
            entry.fill(share, now: now)
            return !entry.isIdle(share)
        }
    }
}
