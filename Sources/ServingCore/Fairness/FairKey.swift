import ServingTypes

/// Orders waiting requests by prefix hit, then by arrival.
struct FairKey: Hashable, Comparable, Sendable {
    let hitTokens: Int
    let arrival: UInt64
    let request: RequestID

    static func < (left: Self, right: Self) -> Bool {
        left.hitTokens == right.hitTokens ? left.arrival < right.arrival : left.hitTokens > right.hitTokens
    }
}
