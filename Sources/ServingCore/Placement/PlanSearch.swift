import ServingTypes

/// Finds the best plan among very many: most workers are passed over by what is known of them alone, pairs of the
/// others are looked at in the order of what they take at least, until no more of them can be among the best, and
/// only as many are scored in every detail as are to be told.
struct PlanSearch: Sendable {
    /// Pairs looked at per plan that is kept.
    private static let looksPerPlan = 12
    /// Holders of the longest prefixes that are looked at in either role, whatever else is known of them.
    private static let holders = 2

    let scorer: PlanScorer
    private let sources: [FetchSource]
    /// Best first.
    private(set) var prefills: [PrefillCandidate] = []
    private(set) var decodes: [DecodeCandidate] = []
    /// Decode workers that could prefill for themselves, by what that takes at least.
    private var wholes: [RankedKey] = []
    /// The longest prefill of any worker that could take the prompt.
    private var mostPrefill = 0.0
    /// Plans that were scored, the best first.
    private(set) var scores: [PlanScore] = []

    init(_ scorer: PlanScorer) {
        self.scorer = scorer
        sources = scorer.fetchSources()
        findWorkers()
        scoreBest(of: looks())
    }

    /// A pair's score; places are those of ``prefills`` and ``decodes``.
    @inline(__always) func score(_ prefill: Int, _ decode: Int) -> PlanScore {
        let (side, place) = (prefills[prefill].side, decodes[decode].place)
        var fetches =
            prefills[prefill].fetches ?? scorer.fetches(at: side, from: sources)
        if decodes[decode].mayServe { fetches += scorer.fetches(at: side, from: place) }
        return scorer.score(side, scorer.decodeSide(place), fetches: fetches)
    }

    private func score(whole place: Int) -> PlanScore { scorer.score(whole: place, sources: sources) }

    /// Hands over the plans that were scored.
    mutating func takeScores() -> [PlanScore] {
        defer { scores = [] }
        return scores
    }

    // MARK: Workers

    private mutating func findWorkers() {
        let (prefillCount, decodeCount) = (scorer.cluster.prefills.count, scorer.cluster.decodes.count)
        let maxPlans = scorer.settings.maxPlans
        let (looks, overflow) = maxPlans.multipliedReportingOverflow(by: Self.looksPerPlan)
        let most = min(overflow ? Int.max : looks, 1 << 40)
        // Decode workers differ in less that is known, so more of them are looked at.
        let wide = Int(1.5 * Double(most).squareRoot())
        let decodeLimit = max(1, min(decodeCount, max(wide, most / max(1, prefillCount))))
        findPrefills(limit: max(1, min(prefillCount, most / decodeLimit)))
        if scorer.settings.allowsLocalPrefill { findWholes(limit: max(1, min(decodeCount, maxPlans / 2))) }
        if !prefills.isEmpty { findDecodes(limit: decodeLimit) }
    }

    private mutating func findPrefills(limit: Int) {
        // What the worker that holds most lacks.
        let promptBlocks = scorer.blockCount(tokens: scorer.budget?.tokens ?? scorer.request.tokens)
        let leastBlocks = scorer.budget == nil ? promptBlocks - scorer.mostHitBlocks : promptBlocks
        let crossing = Double(leastBlocks * scorer.blockBytes) * scorer.crossingShare
        let bounds = scorer.prefillBounds(crossing: crossing)
        var longest = PlanScorer.Lanes.zero
        for index in bounds.indices { longest = longest.atLeast(bounds[index].prefill) }
        mostPrefill = max(longest[0], longest[1])
        prefills = best(limit, for: .prefill, among: scorer.cluster.prefills, bounds) {
            [scorer] place, bound in
            PrefillCandidate(side: scorer.prefillSide(place), bound: bound)
        }
    }

    private mutating func findDecodes(limit: Int) {
        var (ready, lastBytes) = (Double.infinity, Double.infinity)
        for index in prefills.indices {
            ready = min(ready, prefills[index].bound.node)
            lastBytes = min(lastBytes, prefills[index].side.plain.lastBytes)
        }
        let bounds = scorer.decodeBounds(prefill: mostPrefill, ready: ready, lastBytes: lastBytes)
        decodes = best(limit, for: .decode, among: scorer.cluster.decodes, bounds) {
            [scorer, sources] place, bound in
            let row = scorer.cluster.rows[place]
            return DecodeCandidate(
                place: place,
                link: row.link,
                site: row.site,
                isIdle: scorer.cluster.links.ingress[row.link].figures.isIdle,
                missingBytes: Double(scorer.missingBytes(place)),
                bound: bound,
                promptSeconds: row.queueEnd - scorer.now,
                chunkSeconds: row.chunkSeconds,
                mayServe: scorer.mayServe(place, beside: sources)
            )
        }
    }

    private mutating func findWholes(limit: Int) {
        let bounds = scorer.wholeBounds()
        wholes = best(limit, for: .whole, among: scorer.cluster.decodes, bounds) { place, bound in
            RankedKey(rank: bound.rank, prefill: nil, decode: place)
        }
    }

    /// The most promising workers for a part, in order: by what they take at least, without a fetch, and those that
    /// hold the most of the prompt.
    private func best<Candidate>(
        _ limit: Int,
        for part: PlanScorer.Part,
        among places: [Int],
        _ bounds: [PlanScorer.LaneBounds],
        _ candidate: (_ place: Int, PlanScorer.Bound) -> Candidate
    ) -> [Candidate] {
        let (rows, positions) = (scorer.cluster.rows, scorer.cluster.positions)
        let sites = part == .prefill ? scorer.cluster.prefillSites : scorer.cluster.decodeSites
        // Whoever does all crosses nothing.
        var shortlist = WorkerShortlist(
            limit: limit,
            of: places.count,
            sites: part == .whole ? 1 : sites,
            scorer: scorer
        )
        // What others could fetch is taken to come from anywhere, so that bounds may hide who need not fetch.
        var computing = BestKeys(limit: max(1, limit / 4))
        let mayHide = part != .decode && scorer.mayFetch && shortlist.isSelective
        for index in bounds.indices {
            let (ranks, computed) = (bounds[index].rank, bounds[index].computing)
            let isRanked = ranks[0] <= shortlist.bar || ranks[1] <= shortlist.bar
            guard isRanked || (mayHide && any(computed .< computing.bar.rank)) else { continue }
            for lane in 0..<min(WorkerLanes.count, places.count - WorkerLanes.count * index) {
                let place = places[WorkerLanes.count * index + lane]
                let isAhead = mayHide && computed[lane] < computing.bar.rank
                guard isAhead || ranks[lane] <= shortlist.bar, scorer.takes(place, part) else { continue }
                shortlist.offer(place, site: rows[place].site, rank: ranks[lane])
                if isAhead { computing.offer(RankedKey(rank: computed[lane], tie: shortlist.tie(place))) }
            }
        }
        func bound(_ place: Int) -> PlanScorer.Bound {
            let (index, lane) = positions[place].quotientAndRemainder(dividingBy: WorkerLanes.count)
            return PlanScorer.Bound(node: bounds[index].node[lane], rank: bounds[index].rank[lane])
        }
        let kept = shortlist.isFull ? holders(part) + computing.take().map(shortlist.place) : []
        let keys = shortlist.take(keeping: kept.map { ($0, bound($0).rank) })
        return keys.map { candidate(shortlist.place($0), bound(shortlist.place($0))) }
    }

    /// Of the workers that could take the part those that hold the most blocks, then the lower ones.
    private func holders(_ part: PlanScorer.Part) -> [Int] {
        var best: [Int] = []
        guard scorer.mostHitBlocks > 0 else { return best }
        for hit in scorer.request.hits {
            let held = scorer.hitBlocks(hit.place)
            func isBehind(_ place: Int) -> Bool {
                let other = scorer.hitBlocks(place)
                return other == held ? place > hit.place : other < held
            }
            guard best.count < Self.holders || best.last.map(isBehind) ?? true,
                scorer.cluster.rows[hit.place].role == part.role, scorer.takes(hit.place, part)
            else { continue }
            let place = best.firstIndex(where: isBehind) ?? best.count
            best.insert(hit.place, at: place)
            if best.count > Self.holders { best.removeLast() }
        }
        return best
    }

    // MARK: Plans

    /// The most promising plans with what they take at least, in order; pairs go by places in the candidates.
    private mutating func looks() -> [RankedKey] {
        var kept = BestKeys(limit: scorer.settings.maxPlans)
        for whole in wholes { kept.offer(whole) }
        var leastNode = Double.infinity
        for index in decodes.indices { leastNode = min(leastNode, decodes[index].bound.node) }
        for index in prefills.indices {
            // They come in order of their bounds, so the rest is no better.
            guard prefills[index].bound.rank + leastNode <= kept.bar.rank else { break }
            let fetches = scorer.fetches(at: prefills[index].side, from: sources)
            look(at: index, fetches, &kept)
            prefills[index].fetches = fetches
        }
        return kept.take()
    }

    /// Looks at one prefill worker with all decode workers.
    private func look(at index: Int, _ fetches: [PrefillWay], _ kept: inout BestKeys) {
        let (side, node) = (prefills[index].side, prefills[index].bound.node)
        let fastest = fetches.min { $0.ready < $1.ready }
        // Then a nearer source is of no use.
        let isHidden = fastest.map { $0.wait <= side.plain.wait } ?? (scorer.mostHitBlocks <= side.hitBlocks)
        let isIdle = scorer.cluster.links.egress[side.link].figures.isIdle
        let paths = scorer.cluster.links.senders[side.link]
        let site = scorer.cluster.rows[side.place].site
        let prior = scorer.cluster.links.settings.priorBytesPerSecond
        let (computed, fetched) = (start(side, side.plain), fastest.map { start(side, $0) })
        for other in decodes.indices {
            // A candidate is not read as a whole: copying it would take longer than the rest.
            guard node + decodes[other].bound.rank <= kept.bar.rank else { return }
            let rate = paths.idleRate(to: decodes[other].link)
            let wire: KVRoute
            if isIdle, decodes[other].isIdle, decodes[other].site == site, rate >= 0 {
                wire = KVRoute(bytesPerSecond: max(1, rate > 0 ? rate : prior))
            } else {
                wire = KVRoute(scorer.share(from: side.place, to: decodes[other].place))
            }
            var rank = computed + crossing(side, side.plain, other, wire)
            if let fetched, let fastest { rank = min(rank, fetched + crossing(side, fastest, other, wire)) }
            if decodes[other].mayServe, !isHidden, mayServe(other, side, below: rank) {
                for way in scorer.fetches(at: side, from: decodes[other].place) {
                    rank = min(rank, start(side, way) + crossing(side, way, other, wire))
                }
            }
            kept.offer(RankedKey(rank: rank, prefill: index, decode: other))
        }
    }

    /// Whether a fetch from the decode worker itself may make a plan faster: if it took no time, and the hand-off
    /// neither.
    private func mayServe(_ other: Int, _ side: PrefillSide, below rank: Double) -> Bool {
        let held = scorer.hitBlocks(decodes[other].place)
        guard held > side.hitBlocks else { return false }
        let ready = side.plain.wait + scorer.prefillSeconds(side.place, heldBlocks: held)
        return ready + decodes[other].bound.node + scorer.penalty(failures: side.failures) < rank
    }

    /// The prefill worker's part of a plan's rank.
    private func start(_ prefill: PrefillSide, _ way: PrefillWay) -> Double {
        way.ready + scorer.lateness(way.ready) + scorer.penalty(failures: prefill.failures)
    }

    /// The rest of it in the fastest codec: not above what it is scored with.
    @inline(__always) private func crossing(
        _ prefill: PrefillSide,
        _ way: PrefillWay,
        _ decode: Int,
        _ wire: KVRoute
    ) -> Double {
        let bytes = decodes[decode].missingBytes
        var exposed = wire.exposed(bytes: bytes, part: scorer.part, behind: way)
        if !scorer.isExact { exposed = min(exposed, codedExposure(prefill, way, decode, wire)) }
        guard decodes[decode].promptSeconds > way.ready else { return decodes[decode].bound.node + exposed }
        let chunk = (1 + PlanScorer.runningShare) * decodes[decode].chunkSeconds
        return decodes[decode].bound.node + exposed + chunk
    }

    private func codedExposure(
        _ prefill: PrefillSide,
        _ way: PrefillWay,
        _ decode: Int,
        _ wire: KVRoute
    ) -> Double {
        let (receiver, bytes) = (decodes[decode].place, decodes[decode].missingBytes)
        return KVCodec.allCases.reduce(Double.infinity) { least, codec in
            let route = scorer.route(codec, over: wire, from: prefill.place, to: receiver)
            guard let route else { return least }
            return min(least, route.exposed(bytes: bytes, part: scorer.part, behind: way))
        }
    }

    /// Scores plans in the order of what they take at least, until those that are to be told are certain.
    private mutating func scoreBest(of plans: [RankedKey]) {
        let (told, overflow) = scorer.settings.maxRecordedPlans.addingReportingOverflow(1)
        let wanted = overflow ? Int.max : told
        // Mostly one more than wanted is scored; what is kept of a request should not be larger.
        scores.reserveCapacity(min(plans.count, wanted) + 1)
        for plan in plans {
            guard scores.count < wanted || plan.rank <= scores[wanted - 1].rank else { break }
            if let prefill = plan.prefill {
                scores.append(score(prefill, plan.decode))
            } else {
                scores.append(score(whole: plan.decode))
            }
            // They come nearly in order.
            var place = scores.count - 1
            while place > 0, scores[place].key < scores[place - 1].key {
                scores.swapAt(place, place - 1)
                place -= 1
            }
        }
    }
}
