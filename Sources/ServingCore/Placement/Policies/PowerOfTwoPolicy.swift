import ServingTypes

/// Draws two workers of each role and takes the one with fewer requests.
///
/// A draw goes by a hash of seed and name, not by position, so that the order of the workers means nothing.
/// Source: Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS 12(10), 2001.
struct PowerOfTwoPolicy: BaselinePolicy {
    func ranked(_ limit: Int, of workers: [Int], for part: PlanScorer.Part, _ scene: BaselineScene) -> [Int] {
        let salt: UInt64 = part == .prefill ? 1 : 2
        let seed = SplitMix64.mix(scene.scorer.request.seed &+ salt &* 0x9e37_79b9_7f4a_7c15)
        let tickets = workers.map { (worker: $0, ticket: ticket($0, seed, scene)) }
        let order = scene.first(2, of: Array(tickets.indices)) { left, right in
            let (one, other) = (tickets[left], tickets[right])
            guard one.ticket == other.ticket else { return one.ticket < other.ticket }
            return one.worker < other.worker
        }
        return Array(scene.leastLoaded(2, of: order.map { tickets[$0].worker }).prefix(limit))
    }

    func reason(among workers: [Int], _ scene: BaselineScene) -> PlacementReason { .lessLoadedOfTwo }

    /// FNV-1a over the name, scrambled with the seed.
    private func ticket(_ worker: Int, _ seed: UInt64, _ scene: BaselineScene) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in scene.scorer.cluster.workers[worker].ref.id.rawValue.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return SplitMix64.mix(hash ^ seed)
    }
}
