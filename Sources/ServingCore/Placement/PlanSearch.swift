import ServingTypes

/// Finds the best plan among very many: most workers are passed over by what is known of them alone, pairs of the
/// others are looked at in the order of what they take at least, until no more of them can be among the best, and
/// only as many are scored in every detail as are to be told.
struct PlanSearch: Sendable {
    /// Pairs looked at per plan that is kept.
    private static let looksPerPlan = 32
    /// Holders of the longest prefixes that are looked at in either role, whatever else is known of them.
    private static let holders = 2

    let scorer: PlanScorer
    let settings: PlacementSettings
    private let sources: [Int]
    /// Best first.
    private(set) var prefills: [PrefillCandidate] = []
    private(set) var decodes: [DecodeCandidate] = []
    /// Decode workers that could prefill for themselves, by what that takes at least.
    private var wholes: [RankedKey] = []
    /// The longest prefill of any worker that could take the prompt.
    private var mostPrefill = 0.0
    /// Plans that were scored, in no order.
    private(set) var scores: [PlanScore] = []
    /// Their places, the best first.
    private(set) var ranking: [Int] = []

    init(_ scorer: PlanScorer) {
        self.scorer = scorer
        settings = scorer.settings
        sources = scorer.fetchSources()
        findWorkers()
        scoreBest(of: looks())
    }

    /// A pair's score; places are those of ``prefills`` and ``decodes``.
    func score(_ prefill: Int, _ decode: Int) -> PlanScore {
        let side = scorer.decodeSide(decodes[decode].place)
        return scorer.score(prefills[prefill].side, side, sources: sources)
    }

    // MARK: Workers

    private mutating func findWorkers() {
        let (prefillCount, decodeCount) = (scorer.cluster.prefills.count, scorer.cluster.decodes.count)
        let (looks, overflow) = settings.maxPlans.multipliedReportingOverflow(by: Self.looksPerPlan)
        let most = min(overflow ? Int.max : looks, 1 << 40)
        // Decode workers differ in less that is known, so more of them are looked at.
        let wide = Int(1.5 * Double(most).squareRoot())
        let decodeLimit = max(1, min(decodeCount, max(wide, most / max(1, prefillCount))))
        findPrefills(limit: max(1, min(prefillCount, most / decodeLimit)))
        findDecodes(limit: decodeLimit)
    }

    private mutating func findPrefills(limit: Int) {
        guard !scorer.cluster.prefills.isEmpty else { return }
        // What the worker that holds most lacks.
        let promptBlocks = settings.layout.blockCount(tokens: scorer.budget?.tokens ?? scorer.request.tokens)
        let leastBlocks = scorer.budget == nil ? promptBlocks - scorer.mostHitBlocks : promptBlocks
        let crossing = Double(leastBlocks * scorer.blockBytes) * scorer.crossingShare
        @inline(__always) func candidate(_ place: Int, _ row: PlacementRow) -> PrefillCandidate {
            let side = scorer.prefillSide(place, row)
            return PrefillCandidate(side: side, bound: scorer.bound(side, row, crossing: crossing))
        }
        func candidate(_ place: Int) -> PrefillCandidate { candidate(place, scorer.cluster.rows[place]) }
        var shortlist = shortlist(limit: limit)
        // What others could fetch is taken to come from anywhere, so that their bounds may hide who need not fetch.
        var computing = BestKeys(limit: max(1, limit / 4))
        let isSelective = scorer.cluster.prefills.count > limit
        for place in scorer.cluster.prefills {
            guard scorer.takes(place, .prefill) else { continue }
            let row = scorer.cluster.rows[place]
            let candidate = candidate(place, row)
            mostPrefill = max(mostPrefill, candidate.side.plain.prefill)
            shortlist.offer(place, site: row.site, rank: candidate.bound.rank)
            guard isSelective else { continue }
            computing.offer(RankedKey(rank: candidate.side.plain.ready, tie: shortlist.tie(place)))
        }
        var kept: [(Int, Double)] = []
        if shortlist.isFull {
            let places = holders(.prefill) + computing.take().map(shortlist.place)
            kept = places.map { ($0, candidate($0).bound.rank) }
        }
        prefills = shortlist.take(keeping: kept).map(candidate)
        prefills.sort { $0.key < $1.key }
    }

    private mutating func findDecodes(limit: Int) {
        var shortlist = shortlist(limit: limit)
        let wholeLimit = max(1, min(scorer.cluster.decodes.count, settings.maxPlans / 4))
        var wholes = BestKeys(limit: wholeLimit)
        var computing = BestKeys(limit: wholeLimit)
        let isHandedOff = !prefills.isEmpty
        for place in scorer.cluster.decodes {
            let takesHandOff = scorer.takes(place, .decode)
            // Only with a budget do the two need different room.
            let takesWhole =
                settings.allowsLocalPrefill
                && (scorer.budget == nil ? takesHandOff : scorer.takes(place, .whole))
            guard takesWhole || takesHandOff else { continue }
            let row = scorer.cluster.rows[place]
            let side = scorer.decodeSide(place, row)
            // What is passed over already need not be bounded more closely.
            if takesWhole {
                let tie = shortlist.tie(place)
                computing.offer(RankedKey(rank: scorer.bound(computing: side), tie: tie))
                if scorer.waitBound(whole: side) <= wholes.bar.rank {
                    wholes.offer(RankedKey(rank: scorer.bound(whole: side, row), tie: tie))
                }
            }
            guard takesHandOff, isHandedOff else { continue }
            guard shortlist.mayTake(scorer.nodeBound(side), site: row.site) else { continue }
            shortlist.offer(place, site: row.site, rank: scorer.bound(side, prefill: mostPrefill).rank)
        }
        let places = (wholes.take() + computing.take()).map(shortlist.place)
        let holders = holders(scorer.budget == nil ? .decode : .whole)
        addWholes(settings.allowsLocalPrefill ? places + holders : [])
        guard isHandedOff else { return }
        let receivers = scorer.budget == nil ? holders : self.holders(.decode)
        let kept = shortlist.isFull ? receivers.map { ($0, candidate($0).bound.rank) } : []
        decodes = shortlist.take(keeping: kept).map(candidate)
        decodes.sort { $0.key < $1.key }
    }

    private mutating func addWholes(_ places: [Int]) {
        for place in places where !wholes.contains(where: { $0.decode == place }) {
            let row = scorer.cluster.rows[place]
            let rank = scorer.bound(whole: scorer.decodeSide(place, row), row)
            wholes.append(RankedKey(rank: rank, prefill: nil, decode: place))
        }
    }

    private func candidate(_ place: Int) -> DecodeCandidate {
        let row = scorer.cluster.rows[place]
        let side = scorer.decodeSide(place, row)
        let mayServe =
            settings.maxFetchSources > 0 && side.local.failures == 0 && side.local.hitBlocks > 0
            && !sources.contains(place)
        return DecodeCandidate(
            place: place,
            link: row.link,
            site: row.site,
            isIdle: scorer.cluster.links.ingress[row.link].figures.isIdle,
            missingBytes: Double(side.missingBytes),
            bound: scorer.bound(side, prefill: mostPrefill),
            mayServe: mayServe
        )
    }

    private func shortlist(limit: Int) -> WorkerShortlist {
        let count = scorer.cluster.rows.count
        var draw = SplitMix64(seed: scorer.request.seed)
        return WorkerShortlist(
            limit: limit,
            sites: scorer.cluster.siteLimit,
            count: count,
            offset: settings.nearTieShare > 0 && count > 0 ? draw.int(in: 0...count - 1) : 0
        )
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
    private func looks() -> [RankedKey] {
        var kept = BestKeys(limit: settings.maxPlans)
        for whole in wholes { kept.offer(whole) }
        var leastNode = Double.infinity
        for index in decodes.indices { leastNode = min(leastNode, decodes[index].bound.node) }
        for index in prefills.indices {
            // They come in order of their bounds, so the rest is no better.
            guard prefills[index].bound.rank + leastNode <= kept.bar.rank else { break }
            look(at: index, &kept)
        }
        return kept.take()
    }

    /// Looks at one prefill worker with all decode workers.
    private func look(at index: Int, _ kept: inout BestKeys) {
        let candidate = prefills[index]
        let side = candidate.side
        let fastest = scorer.fastestFetch(at: side, from: sources)
        // Then a nearer source is of no use.
        let isHidden = fastest.map { $0.wait <= side.plain.wait } ?? (scorer.mostHitBlocks <= side.hitBlocks)
        let isIdle = scorer.cluster.links.egress[side.link].figures.isIdle
        let site = scorer.cluster.rows[side.place].site
        let prior = scorer.cluster.links.settings.priorBytesPerSecond
        for other in decodes.indices {
            guard candidate.bound.node + decodes[other].bound.rank <= kept.bar.rank else { return }
            let link = decodes[other].link
            let rate = scorer.cluster.links.senders[side.link].idleRate(to: link)
            let wire: KVRoute
            if isIdle, decodes[other].isIdle, decodes[other].site == site, rate >= 0 {
                wire = KVRoute(bytesPerSecond: max(1, rate > 0 ? rate : prior))
            } else {
                wire = KVRoute(scorer.share(from: side.place, to: decodes[other].place))
            }
            var rank = rank(side, side.plain, other, wire)
            if let fastest { rank = min(rank, self.rank(side, fastest, other, wire)) }
            if decodes[other].mayServe, !isHidden, mayServe(other, side, below: rank) {
                var way: PrefillWay?
                scorer.faster(&way, at: side, from: decodes[other].place)
                if let way { rank = min(rank, self.rank(side, way, other, wire)) }
            }
            kept.offer(RankedKey(rank: rank, prefill: index, decode: other))
        }
    }

    /// Whether a fetch from the decode worker itself may make a plan faster: if it took no time, and the hand-off
    /// neither.
    @inline(__always) private func mayServe(_ other: Int, _ side: PrefillSide, below rank: Double) -> Bool {
        let held = scorer.hitBlocks(decodes[other].place)
        guard held > side.hitBlocks else { return false }
        let ready = side.plain.wait + scorer.prefillSeconds(side.place, heldBlocks: held)
        return ready + decodes[other].bound.node + scorer.penalty(failures: side.failures) < rank
    }

    /// A plan's rank in the fastest codec: not above what it is scored with.
    @inline(__always) private func rank(
        _ prefill: PrefillSide,
        _ way: PrefillWay,
        _ decode: Int,
        _ wire: KVRoute
    ) -> Double {
        let bytes = decodes[decode].missingBytes
        var exposed = wire.exposed(bytes: bytes, part: scorer.part, wait: way.wait, prefill: way.prefill)
        if !scorer.isExact { exposed = min(exposed, codedExposure(prefill, way, decode, wire)) }
        return way.ready + scorer.lateness(way.ready) + scorer.penalty(failures: prefill.failures)
            + decodes[decode].bound.node + exposed
    }

    private func codedExposure(
        _ prefill: PrefillSide,
        _ way: PrefillWay,
        _ decode: Int,
        _ wire: KVRoute
    ) -> Double {
        let receiver = decodes[decode].place
        return KVCodec.allCases.reduce(Double.infinity) { least, codec in
            guard let route = scorer.route(codec, over: wire, from: prefill.place, to: receiver) else {
                return least
            }
            let bytes = decodes[decode].missingBytes
            return min(
                least,
                route.exposed(bytes: bytes, part: scorer.part, wait: way.wait, prefill: way.prefill)
            )
        }
    }

    /// Scores plans in the order of what they take at least, until those that are to be told are certain.
    private mutating func scoreBest(of plans: [RankedKey]) {
        let wanted = settings.maxRecordedPlans < Int.max ? settings.maxRecordedPlans + 1 : Int.max
        var best = BestKeys(limit: wanted)
        scores.reserveCapacity(plans.count)
        for plan in plans where plan.rank <= best.bar.rank {
            let scored =
                plan.prefill.map { score($0, plan.decode) }
                ?? scorer.score(whole: scorer.decodeSide(plan.decode), sources: sources)
            best.offer(RankedKey(rank: scored.rank, tie: scores.count))
            scores.append(scored)
            if scores.count == wanted { best.raiseBar() }
        }
        // Keys are small, scores are not.
        let keys = scores.map(\.key)
        ranking = keys.indices.sorted { keys[$0] < keys[$1] }
    }
}
