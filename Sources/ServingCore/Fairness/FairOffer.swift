import ServingTypes

/// The request that a tenant with a deficit would have served next.
///
/// Longer hits first; among equal ones the tenant goes first that may still be served most for its weight.
struct FairOffer: Hashable, Comparable, Sendable {
    let key: FairKey
    let deficitPerWeight: Int
    let tenant: TenantTag

    static func < (left: Self, right: Self) -> Bool {
        guard left.key.hitTokens == right.key.hitTokens else {
            return left.key.hitTokens > right.key.hitTokens
        }
        return left.deficitPerWeight == right.deficitPerWeight
            ? left.key.arrival < right.key.arrival : left.deficitPerWeight > right.deficitPerWeight
    }
}
