import ServingTypes

/// When a tenant without deficit has its next turn: the round that makes its deficit positive.
struct FairTurn: Hashable, Comparable, Sendable {
    let round: Int
    let tenant: TenantTag

    static func < (left: Self, right: Self) -> Bool {
        (left.round, left.tenant) < (right.round, right.tenant)
    }
}
