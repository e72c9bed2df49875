internal import Foundation
internal import ServingCore
internal import ServingTypes

/// What the chosen plans are predicted to take beyond the best of all plans.
struct PlaceRegret {
    private static let requestsPerCluster = 10

    /// One share per request: 0 for the best plan, 1 for one that misses a limit that another one keeps.
    static func shares(clusters: Int, sizes: [Int], seed: UInt64) -> [Double] {
        var chance = SplitMix64(seed: seed)
        return (0..<clusters).flatMap { index in
            var maker = PlaceCluster(workers: sizes[index % sizes.count], seed: chance.next())
            let cluster = maker.snapshot()
            return (0..<requestsPerCluster).compactMap { _ in
                share(maker.request(in: cluster), in: cluster)
            }
        }
    }

    /// The regret of one choice; `nil` when there is no plan.
    private static func share(_ request: PlacementRequest, in cluster: ClusterSnapshot) -> Double? {
        let settings = PlacementSettings(layout: PlaceCluster.layout)
        var exhaustive = settings
        exhaustive.maxPlans = 1 << 30
        exhaustive.maxFetchSources = 1 << 30
        exhaustive.maxRecordedPlans = 0
        (exhaustive.nearTieShare, exhaustive.linkMargin) = (0, 0)
        guard let chosen = Placement(settings: settings).place(request, in: cluster).first,
            let best = Placement(settings: exhaustive).place(request, in: cluster).first
        else { return nil }
        guard (chosen.limits.excessTTFT > .zero) == (best.limits.excessTTFT > .zero) else { return 1 }
        let (time, least) = (chosen.predictedTT2T + chosen.harm, best.predictedTT2T + best.harm)
        return max(0, time.inSeconds / least.inSeconds - 1)
    }
}
