import ServingTypes

/// Prefixes that workers could fetch.
extension PlanScorer {
    /// Workers worth asking for a prefix: of each site those that hold most, the best of every site first.
    ///
    /// A worker that is being drained still serves what it holds; one that failed the request is not trusted.
    /// O(holders).
    func fetchSources() -> [FetchSource] {
        guard mayFetch else { return [] }
        var sources = request.hits.count > settings.maxFetchSources ? bestOfSites() : allSources()
        sources.sort()
        sources.removeLast(max(0, sources.count - settings.maxFetchSources))
        return sources
    }

    private func allSources() -> [FetchSource] {
        var sources: [FetchSource] = []
        sources.reserveCapacity(request.hits.count)
        for hit in request.hits where failureCount(hit.place) == 0 { sources.append(source(hit.place)) }
        return sources
    }

    /// Two candidates per site: the second one helps where the first is busy.
    private func bestOfSites() -> [FetchSource] {
        var best = Array(repeating: FetchSource.none, count: 2 * cluster.siteLimit)
        for hit in request.hits where failureCount(hit.place) == 0 {
            let first = 2 * cluster.rows[hit.place].site
            // Most hold too little, or could not send it as fast if they had nothing else to send.
            guard hitBlocks(hit.place) >= best[first + 1].blocks,
                source(hit.place, activePaths: 0) < best[first + 1]
            else { continue }
            let source = source(hit.place)
            if source < best[first] {
                best[first + 1] = best[first]
                best[first] = source
            } else if source < best[first + 1] {
                best[first + 1] = source
            }
        }
        for site in 0..<cluster.siteLimit { best[2 * site + 1].isSecond = true }
        best.removeAll { $0.blocks == 0 }
        return best
    }

    @inline(__always) private func source(_ place: Int) -> FetchSource {
        let link = cluster.rows[place].link
        return source(place, activePaths: cluster.links.egress[link].figures.activePaths)
    }

    @inline(__always) private func source(_ place: Int, activePaths: Int) -> FetchSource {
        FetchSource(
            place: place,
            blocks: hitBlocks(place),
            activePaths: activePaths,
            bytesPerSecond: cluster.links.fastestFrom[cluster.rows[place].link].bytesPerSecond
        )
    }

    /// Whether it is worth asking a worker for a prefix although it is none of the cluster's best sources.
    func mayServe(_ place: Int, beside sources: [FetchSource]) -> Bool {
        mayFetch && failureCount(place) == 0 && hitBlocks(place) > 0
            && !sources.contains { $0.place == place }
    }

    /// Ways to fetch what one of the sources holds beyond a worker's own blocks, in any codec: those that could be
    /// faster than to compute it, and than those before them.
    ///
    /// - Parameter weight: what a second of prefill is counted as.
    func fetches(at side: PrefillSide, from sources: [FetchSource], weight: Double = 1) -> [PrefillWay] {
        var ways: [PrefillWay] = []
        guard mostHitBlocks > side.hitBlocks else { return ways }
        for index in sources.indices { addFetches(at: side, from: sources[index].place, weight, to: &ways) }
        return ways
    }

    /// The same for one source.
    func fetches(at side: PrefillSide, from source: Int) -> [PrefillWay] {
        var ways: [PrefillWay] = []
        addFetches(at: side, from: source, 1, to: &ways)
        return ways
    }

    @inline(__always) private func addFetches(
        at side: PrefillSide,
        from source: Int,
        _ weight: Double,
        to ways: inout [PrefillWay]
    ) {
        guard source != side.place, hitBlocks(source) > side.hitBlocks else { return }
        let least = fetchBound(side, blocks: hitBlocks(source))
        guard least.wait + weight * least.prefill < side.plain.wait + weight * side.plain.prefill else {
            return
        }
        let wire = share(from: source, to: side.place)
        guard wire.sharesPrefixes else { return }
        if isExact {
            add(fetch(at: side, from: source, .raw, over: KVRoute(wire)), to: &ways)
            return
        }
        for codec in KVCodec.allCases {
            let route = route(codec, over: KVRoute(wire), from: source, to: side.place)
            if let route { add(fetch(at: side, from: source, codec, over: route), to: &ways) }
        }
    }

    private func add(_ way: PrefillWay, to ways: inout [PrefillWay]) {
        let isBehind = ways.contains { other in
            other.fetch?.codec == way.fetch?.codec && other.wait <= way.wait && other.prefill <= way.prefill
        }
        if !isBehind { ways.append(way) }
    }

    /// How a worker gets what a source holds beyond its own blocks.
    private func fetch(
        at side: PrefillSide,
        from source: Int,
        _ codec: KVCodec,
        over route: KVRoute
    ) -> PrefillWay {
        let blocks = hitBlocks(source)
        let seconds = route.fetch(
            bytes: Double((blocks - side.hitBlocks) * blockBytes),
            part: part,
            latency: fetchLatency
        )
        return prefillWay(
            at: cluster.rows[side.place],
            heldBlocks: blocks,
            wait: max(side.plain.wait, seconds),
            fetch: PrefixFetch(source: source, blocks: blocks, codec: codec, seconds: seconds)
        )
    }
}
