/// The most promising workers of one role, found in one pass over all of them.
///
/// Every site keeps its best one as long as that takes no more than half: a slower worker nearby may beat the
/// fastest one far away.
struct WorkerShortlist: Sendable {
    private var best: BestKeys
    /// Empty when there is but one.
    private var siteBest: [RankedKey]
    private let limit: Int
    /// Of equals the first from here on come first, so that not all routers look at the same few.
    private let offset: Int
    private let count: Int
    private var offered = 0

    /// - Parameter count: workers of the snapshot.
    init(limit: Int, sites: Int, count: Int, offset: Int) {
        self.limit = limit
        self.offset = offset
        self.count = count
        best = BestKeys(limit: limit)
        siteBest = sites > 1 ? Array(repeating: best.bar, count: sites) : []
    }

    @inline(__always) mutating func offer(_ place: Int, site: Int, rank: Double) {
        offered += 1
        let key = RankedKey(rank: rank, tie: tie(place))
        best.offer(key)
        guard !siteBest.isEmpty else { return }
        if key < siteBest[site] { siteBest[site] = key }
    }

    /// Their places.
    ///
    /// - Parameter others: workers that must be among them, with their ranks; the first are the most important.
    mutating func take(keeping others: [(place: Int, rank: Double)]) -> [Int] {
        var keys = best.take()
        guard isFull else { return keys.map(place) }
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
        return keys.map(place)
    }

    /// Whether a worker of this rank may come to be among them.
    @inline(__always) func mayTake(_ rank: Double, site: Int) -> Bool {
        rank <= best.bar.rank || (!siteBest.isEmpty && rank <= siteBest[site].rank)
    }

    /// Whether workers were left out.
    var isFull: Bool { offered > limit }

    /// What a worker is told from its equals by.
    @inline(__always) func tie(_ place: Int) -> Int {
        place >= offset ? place - offset : place - offset + count
    }

    /// The worker of a key.
    func place(_ key: RankedKey) -> Int {
        let place = Int(key.tie) + offset
        return place >= count ? place - count : place
    }
}
