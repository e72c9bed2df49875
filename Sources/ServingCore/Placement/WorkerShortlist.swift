import ServingTypes

/// The most promising workers of one role, found in one pass over all of them.
///
/// Every site keeps its best one as long as that takes no more than half: a slower worker nearby may beat the
/// fastest one far away.
struct WorkerShortlist: Sendable {
    private var best: BestKeys
    /// Empty when there is but one, or when nobody is left out.
    private var siteBest: [RankedKey] = []
    /// The highest of them, when every site has one.
    private var worstSite = Double.infinity
    /// Sites with workers of the role of which none came yet.
    private var unseenSites = 0
    /// Nothing above it is among them.
    private(set) var bar = Double.infinity
    private let limit: Int
    /// Of equals the first from here on come first, so that not all routers look at the same few.
    private let offset: Int
    /// Workers of the snapshot.
    private let count: Int
    /// Whether workers may be left out.
    let isSelective: Bool

    /// - Parameters:
    ///   - limit: how many are kept.
    ///   - workers: how many there are of the role.
    ///   - sites: how many sites they are at.
    init(limit: Int, of workers: Int, sites: Int, scorer: PlanScorer) {
        self.limit = limit
        isSelective = workers > limit
        best = BestKeys(limit: limit)
        count = scorer.cluster.rows.count
        guard isSelective else {
            offset = 0
            return
        }
        var draw = SplitMix64(seed: scorer.request.seed)
        offset = scorer.settings.nearTieShare > 0 ? draw.int(in: 0...count - 1) : 0
        guard sites > 1 else { return }
        siteBest = Array(repeating: best.bar, count: scorer.cluster.siteLimit)
        unseenSites = sites
    }

    @inline(__always) mutating func offer(_ place: Int, site: Int, rank: Double) {
        let key = RankedKey(rank: rank, tie: tie(place))
        best.offer(key)
        if !siteBest.isEmpty, key < siteBest[site] { take(key, at: site) }
        bar = siteBest.isEmpty ? best.bar.rank : max(best.bar.rank, worstSite)
    }

    private mutating func take(_ key: RankedKey, at site: Int) {
        if siteBest[site].rank == .infinity { unseenSites -= 1 }
        siteBest[site] = key
        guard unseenSites == 0 else { return }
        worstSite = 0
        for best in siteBest where best.rank < .infinity { worstSite = max(worstSite, best.rank) }
    }

    /// Whether workers may have been left out.
    var isFull: Bool { isSelective && best.isFull }

    /// The best of them, in order.
    ///
    /// - Parameter others: workers that must be among them, with their ranks; the first are the most important.
    mutating func take(keeping others: [(place: Int, rank: Double)]) -> [RankedKey] {
        var keys = best.take()
        guard isFull else { return keys }
        let near = siteBest.filter { $0.rank < .infinity }.sorted().prefix(max(1, limit / 2))
        let kept = near + others.map { RankedKey(rank: $0.rank, tie: tie($0.place)) }
        var last = keys.count - 1
        for key in kept where !keys.contains(where: { $0.tie == key.tie }) {
            // What takes the place of another must not be displaced itself.
            while last >= 0, kept.contains(where: { $0.tie == keys[last].tie }) { last -= 1 }
            guard last >= 0 else { break }
            keys[last] = key
            last -= 1
        }
        keys.sort()
        return keys
    }

    /// What a worker is told from its equals by.
    @inline(__always) func tie(_ place: Int) -> Int {
        place >= offset ? place - offset : place - offset + count
    }

    /// The worker of a key.
    @inline(__always) func place(_ key: RankedKey) -> Int {
        let place = Int(key.tie) + offset
        return place >= count ? place - count : place
    }
}
