import ServingTypes

/// The request that a tenant with a deficit would have served next.
///
/// Tenants go by what they may still be served for their weight, those first that kept within their shares; of
/// tenants in the same band of it the longest hit is next, then the one with most left.
struct FairOffer: Hashable, Comparable, Sendable {
    let key: FairKey
    let deficitPerWeight: Int
    /// Number of the band; longer hits make up for no more than the width of one, the locality.
    let band: Int
    let tenant: TenantTag

    static func < (left: Self, right: Self) -> Bool {
        guard left.band == right.band else { return left.band > right.band }
        guard left.key.hitTokens == right.key.hitTokens else {
            return left.key.hitTokens > right.key.hitTokens
        }
        return left.deficitPerWeight == right.deficitPerWeight
            ? left.key.arrival < right.key.arrival : left.deficitPerWeight > right.deficitPerWeight
    }
}
