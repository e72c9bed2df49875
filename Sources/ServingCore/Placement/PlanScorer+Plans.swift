import ServingTypes

/// Plans, each carried out in the way that is expected to take the least time.
///
/// What is plain is preferred: a fetch must beat computing by a margin, and so must a lossier codec a less
/// lossy one.
extension PlanScorer {
    /// Prefill at one worker, decode at another.
    func score(prefill: Int, decode: Int) -> PlanScore {
        score(prefillSide(prefill), decodeSide(decode), sources: fetchSources())
    }

    /// Prefill and decode at one worker.
    func score(whole place: Int) -> PlanScore { score(whole: decodeSide(place), sources: fetchSources()) }

    /// The same for sides and sources that are known already.
    func score(_ prefill: PrefillSide, _ decode: DecodeSide, sources: [Int]) -> PlanScore {
        let receiver = decode.local.place
        // The decode worker itself may hold what the prefill worker lacks.
        let mayServe =
            settings.maxFetchSources > 0 && decode.local.failures == 0
            && decode.local.hitBlocks > prefill.hitBlocks && !sources.contains(receiver)
        let wire = KVRoute(share(from: prefill.place, to: receiver))
        if isExact {
            return bestScore(prefill, sources: sources, mayServe ? receiver : nil, .raw) {
                handOffScore(prefill, $0, .raw, wire, decode)
            }
        }
        var best: PlanScore?
        for codec in KVCodec.allCases {
            guard let route = route(codec, over: wire, from: prefill.place, to: receiver) else { continue }
            let score = bestScore(prefill, sources: sources, mayServe ? receiver : nil, codec) {
                handOffScore(prefill, $0, codec, route, decode)
            }
            best = best.map { better($0, score) } ?? score
        }
        guard let best else { preconditionFailure("no route from \(prefill.place) to \(receiver)") }
        return best
    }

    /// The same for a side and sources that are known already.
    func score(whole decode: DecodeSide, sources: [Int]) -> PlanScore {
        var best = bestScore(decode.local, sources: sources, nil, .raw) { wholeScore($0, decode) }
        guard !isExact, !sources.isEmpty else { return best }
        for codec in codecs where codec != .raw {
            best = better(
                best,
                bestScore(decode.local, sources: sources, nil, codec) { wholeScore($0, decode) }
            )
        }
        return best
    }

    /// The fastest fetch with this codec, if it saves enough; otherwise without a fetch.
    ///
    /// - Parameter last: one more source.
    @inline(__always) private func bestScore(
        _ side: PrefillSide,
        sources: [Int],
        _ last: Int?,
        _ codec: KVCodec,
        _ score: (PrefillWay) -> PlanScore
    ) -> PlanScore {
        let computed = score(side.plain)
        var fastest: PlanScore?
        // Of equals the first: sources come in an order of their own.
        for index in 0..<sources.count + (last == nil ? 0 : 1) {
            let source = index < sources.count ? sources[index] : last ?? 0
            guard let way = fetch(at: side, from: source, codec) else { continue }
            let scored = score(way)
            if fastest.map({ scored.rank < $0.rank }) ?? true { fastest = scored }
        }
        guard let fastest, computed.rank - fastest.rank >= leastSaving(on: side.plain.prefill) else {
            return computed
        }
        return fastest
    }

    /// The one with the lossier codec only if it saves enough of the time in which KV crosses.
    private func better(_ score: PlanScore, _ lossier: PlanScore) -> PlanScore {
        score.rank - lossier.rank >= leastSaving(on: score.crossing) ? lossier : score
    }

    private func handOffScore(
        _ prefill: PrefillSide,
        _ way: PrefillWay,
        _ codec: KVCodec,
        _ route: KVRoute,
        _ decode: DecodeSide
    ) -> PlanScore {
        let bytes = Double(decode.missingBytes)
        let exposed = route.exposed(bytes: bytes, part: part, wait: way.wait, prefill: way.prefill)
        return ranked(
            PlanScore(
                prefill: prefill.place,
                decode: decode.local.place,
                way: way,
                codec: codec,
                crossing: exposed + (way.fetch?.seconds ?? 0),
                transferBytes: decode.missingBytes,
                wireBytes: bytes * route.sizeRatio,
                ttft: way.ready,
                gap: exposed + decode.admission + decode.handOffStep,
                step: decode.handOffStep,
                harm: classHarm(prefill),
                failures: prefill.failures + decode.local.failures,
                linkBytesPerSecond: route.bytesPerSecond,
                linkBacklog: route.backlog
            )
        )
    }

    /// What a prompt is charged at a worker that is meant for others.
    private func classHarm(_ side: PrefillSide) -> Double {
        cluster.rows[side.place].prefillClass.penalty(
            newTokens: request.tokens - side.hitBlocks * blockTokens
        )
    }

    private func wholeScore(_ way: PrefillWay, _ decode: DecodeSide) -> PlanScore {
        ranked(
            PlanScore(
                prefill: nil,
                decode: decode.local.place,
                way: way,
                codec: way.fetch?.codec ?? .raw,
                crossing: way.fetch?.seconds ?? 0,
                ttft: way.wait + decode.admission + way.prefill,
                gap: decode.wholeStep,
                step: decode.wholeStep,
                harm: settings.harmWeight * Double(decode.running) * way.prefill,
                failures: decode.local.failures
            )
        )
    }

    /// The plan with names, and its prediction.
    func scored(_ score: PlanScore) -> ScoredPlan {
        let workers = cluster.workers
        let fetch = score.way.fetch
        let hit = hitBlocks(score.prefill ?? score.decode)
        return ScoredPlan(
            plan: PlacementPlan(
                prefill: score.prefill.map { workers[$0].ref },
                decode: workers[score.decode].ref,
                codec: score.codec,
                fetch: fetch.map {
                    KVFetchPlan(source: workers[$0.source].address, blockCount: $0.blocks)
                },
                budget: score.prefill == nil ? nil : budget
            ),
            predictedTTFT: .fromSeconds(score.ttft),
            predictedGap: .fromSeconds(score.gap),
            predictedFetch: .fromSeconds(fetch?.seconds ?? 0),
            harm: .fromSeconds(score.harm),
            hitTokens: hit * blockTokens,
            fetchedTokens: fetch.map { ($0.blocks - hit) * blockTokens } ?? 0,
            transferBytes: score.transferBytes,
            wireBytes: Int(score.wireBytes.rounded()),
            failures: score.failures,
            predictedStep: .fromSeconds(score.step),
            limits: PlanLimits(
                missesTPOT: score.step > tpotLimit,
                excessTTFT: .fromSeconds(score.ttft > ttftLimit ? score.ttft - ttftLimit : 0)
            ),
            choice: score.choice,
            parts: parts(of: score),
            inputs: inputs(of: score)
        )
    }
}
