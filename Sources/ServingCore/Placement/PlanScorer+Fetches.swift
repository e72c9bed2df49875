import ServingTypes

/// Prefixes that workers could fetch.
extension PlanScorer {
    /// Candidates per site: the second one helps where the first is busy.
    private static let sourcesPerSite = 2

    /// Workers worth asking for a prefix: of each site those that hold most, the best of every site first.
    ///
    /// A worker that is being drained still serves what it holds; one that failed the request is not trusted.
    /// O(holders).
    func fetchSources() -> [Int] {
        guard settings.maxFetchSources > 0, mostHitBlocks > 0 else { return [] }
        if request.hits.count <= settings.maxFetchSources {
            return request.hits.map(\.place).filter { failureCount($0) == 0 }.sorted(by: holdsMore)
        }
        // Per site the best and the second best.
        var best = Array(repeating: -1, count: Self.sourcesPerSite * cluster.siteLimit)
        for hit in request.hits where failureCount(hit.place) == 0 {
            var place = hit.place
            let start = Self.sourcesPerSite * cluster.rows[place].site
            let last = best[start + Self.sourcesPerSite - 1]
            // Most hold too little.
            if last >= 0, hitBlocks(place) < hitBlocks(last) { continue }
            for index in start..<start + Self.sourcesPerSite {
                if best[index] < 0 || holdsMore(place, best[index]) { swap(&place, &best[index]) }
                if place < 0 { break }
            }
        }
        let ranked = best.indices.filter { best[$0] >= 0 }
        let sorted = ranked.sorted { left, right in
            let (leftRank, rightRank) = (left % Self.sourcesPerSite, right % Self.sourcesPerSite)
            return leftRank == rightRank ? holdsMore(best[left], best[right]) : leftRank < rightRank
        }
        return sorted.prefix(settings.maxFetchSources).map { best[$0] }
    }

    /// Orders by blocks held, then by what the holder sends already, by how fast it can send, and by name.
    private func holdsMore(_ left: Int, _ right: Int) -> Bool {
        let (leftHit, rightHit) = (hitBlocks(left), hitBlocks(right))
        guard leftHit == rightHit else { return leftHit > rightHit }
        let links = (cluster.rows[left].link, cluster.rows[right].link)
        let active = (
            cluster.links.egress[links.0].figures.activePaths,
            cluster.links.egress[links.1].figures.activePaths
        )
        guard active.0 == active.1 else { return active.0 < active.1 }
        let rates = (cluster.links.fastestFrom[links.0], cluster.links.fastestFrom[links.1])
        guard rates.0.bytesPerSecond == rates.1.bytesPerSecond else {
            return rates.0.bytesPerSecond > rates.1.bytesPerSecond
        }
        return left < right
    }

    /// The fastest way to fetch what one of the sources holds beyond a worker's own blocks, in any codec.
    func fastestFetch(at side: PrefillSide, from sources: [Int]) -> PrefillWay? {
        var fastest: PrefillWay?
        for source in sources { faster(&fastest, at: side, from: source) }
        return fastest
    }

    /// Takes the ways from one more source into account.
    @inline(__always) func faster(_ fastest: inout PrefillWay?, at side: PrefillSide, from source: Int) {
        guard source != side.place, hitBlocks(source) > side.hitBlocks else { return }
        if isExact {
            guard let way = fetch(at: side, from: source, .raw) else { return }
            if fastest.map({ way.ready < $0.ready }) ?? true { fastest = way }
            return
        }
        for codec in KVCodec.allCases {
            guard let way = fetch(at: side, from: source, codec) else { continue }
            if fastest.map({ way.ready < $0.ready }) ?? true { fastest = way }
        }
    }

    /// How a worker gets what a source holds beyond its own blocks; `nil` when that is nothing, or the codec is not
    /// used between the two.
    func fetch(at side: PrefillSide, from source: Int, _ codec: KVCodec) -> PrefillWay? {
        let blocks = hitBlocks(source)
        guard source != side.place, blocks > side.hitBlocks else { return nil }
        let share = share(from: source, to: side.place)
        guard share.sharesPrefixes else { return nil }
        let wire = KVRoute(share)
        guard let route = route(codec, over: wire, from: source, to: side.place) else { return nil }
        let seconds = route.fetch(
            bytes: Double((blocks - side.hitBlocks) * blockBytes),
            part: part,
            latency: fetchLatency
        )
        return PrefillWay(
            fetch: PrefixFetch(source: source, blocks: blocks, codec: codec, seconds: seconds),
            wait: max(side.plain.wait, seconds),
            prefill: prefillSeconds(side.place, heldBlocks: blocks)
        )
    }
}
