import ServingTypes

/// Prefixes that workers could fetch.
extension PlanScorer {
    /// Candidates per site: the second one helps where the first is busy.
    private static let sourcesPerSite = 2

    /// Workers worth asking for a prefix: of each site those that hold most, the best of every site first.
    ///
    /// A worker that is being drained still serves what it holds; one that failed the request is not trusted.
    /// O(workers).
    func fetchSources() -> [Int] {
        guard settings.maxFetchSources > 0, !request.hitBlocks.isEmpty else { return [] }
        var sites: [String: [Int]] = [:]
        for index in workers.indices where hitBlocks(index) > 0 {
            guard request.failures[workers[index].ref.id] == nil else { continue }
            keepBest(index, in: &sites[workers[index].site, default: []])
        }
        let ranked = sites.values.flatMap { $0.enumerated().map { (rank: $0.offset, worker: $0.element) } }
        let sorted = ranked.sorted { left, right in
            left.rank == right.rank ? holdsMore(left.worker, right.worker) : left.rank < right.rank
        }
        return sorted.prefix(settings.maxFetchSources).map(\.worker)
    }

    private func keepBest(_ index: Int, in best: inout [Int]) {
        let place = best.firstIndex { holdsMore(index, $0) } ?? best.count
        guard place < Self.sourcesPerSite else { return }
        best.insert(index, at: place)
        if best.count > Self.sourcesPerSite { best.removeLast() }
    }

    /// Orders by blocks held, then by name.
    private func holdsMore(_ left: Int, _ right: Int) -> Bool {
        let (leftHit, rightHit) = (hitBlocks(left), hitBlocks(right))
        return leftHit == rightHit ? isLower(left, right) : leftHit > rightHit
    }

    /// All ways to fetch what one of the sources holds beyond a worker's own blocks.
    func fetches(at side: PrefillSide, from sources: [Int]) -> [PrefillWay] {
        sources.flatMap { fetches(at: side, from: $0) }
    }

    /// One way for each codec that both have.
    func fetches(at side: PrefillSide, from source: Int) -> [PrefillWay] {
        let blocks = hitBlocks(source)
        guard source != side.worker, blocks > side.hitBlocks else { return [] }
        let bytes = (blocks - side.hitBlocks) * settings.layout.blockBytes
        let prefill = prefillSeconds(side.worker, heldBlocks: blocks)
        return usableCodecs(from: source, to: side.worker).map { codec, route in
            let seconds = route.fetch(
                bytes: bytes,
                groups: settings.layerGroups,
                latency: settings.fetchLatency.inSeconds
            )
            let fetch = PrefixFetch(source: source, blocks: blocks, codec: codec, seconds: seconds)
            return PrefillWay(fetch: fetch, wait: max(side.plain.wait, seconds), prefill: prefill)
        }
    }

    /// What a worker takes to its first token at best, as far as that is known without looking at links.
    func estimate(_ side: PrefillSide, sources: [Int]) -> Double {
        let plain = side.plain.wait + side.plain.prefill
        let blocks = sources.reduce(0) { max($0, hitBlocks($1)) }
        guard blocks > side.hitBlocks else { return plain }
        let bytes = (blocks - side.hitBlocks) * settings.layout.blockBytes
        let fetch = settings.fetchLatency.inSeconds + Double(bytes) / priorBytesPerSecond
        return min(
            plain,
            max(side.plain.wait, fetch) + prefillSeconds(side.worker, heldBlocks: blocks)
        )
    }
}
