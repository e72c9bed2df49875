import ServingTypes

/// Plans, each carried out in the way that is expected to take the least time.
///
/// What is plain is preferred: a fetch must beat computing by a margin, and so must a lossier codec a less
/// lossy one.
extension PlanScorer {
    /// Prefill at one worker, decode at another.
    func pairPlan(_ prefill: PrefillSide, _ decode: DecodeSide, sources: [Int]) -> ScoredPlan {
        let receiver = decode.local.worker
        var fetches = prefill.fetches
        // The decode worker itself may hold what the prefill worker lacks.
        if settings.maxFetchSources > 0, decode.local.failures == 0, !sources.contains(receiver) {
            fetches += self.fetches(at: prefill, from: receiver)
        }
        let scores = usableCodecs(from: prefill.worker, to: receiver).map { codec, route in
            bestScore(of: prefill, fetches: fetches, codec) { handOffScore($0, codec, route, decode) }
        }
        return scoredPlan(
            scores.dropFirst().reduce(scores[0], better),
            prefill: prefill,
            decode: decode,
            failures: prefill.failures + decode.local.failures
        )
    }

    /// Prefill and decode at one worker.
    func wholePlan(_ decode: DecodeSide) -> ScoredPlan {
        let local = decode.local
        let scores = KVCodec.allCases.map { codec in
            bestScore(of: local, fetches: local.fetches, codec) { wholeScore($0, decode) }
        }
        return scoredPlan(
            scores.dropFirst().reduce(scores[0], better),
            prefill: nil,
            decode: decode,
            failures: local.failures
        )
    }

    /// The fastest fetch with this codec, if it saves enough; otherwise without a fetch.
    private func bestScore(
        of side: PrefillSide,
        fetches: [PrefillWay],
        _ codec: KVCodec,
        _ score: (PrefillWay) -> PlanScore
    ) -> PlanScore {
        let plain = score(side.plain)
        var fastest: PlanScore?
        for way in fetches where way.fetch?.codec == codec {
            let scored = score(way)
            // Of equals the first: sources come in an order of their own.
            if fastest.map({ scored.total < $0.total }) ?? true { fastest = scored }
        }
        guard let fastest, plain.total - fastest.total >= leastSaving(on: side.plain.prefill) else {
            return plain
        }
        return fastest
    }

    /// The one with the lossier codec only if it saves enough of the time in which KV crosses.
    private func better(_ score: PlanScore, _ lossier: PlanScore) -> PlanScore {
        score.total - lossier.total >= leastSaving(on: score.crossing) ? lossier : score
    }

    private func leastSaving(on seconds: Double) -> Double {
        max(settings.leastSaving.inSeconds, settings.leastSavingShare * seconds)
    }

    private func handOffScore(
        _ way: PrefillWay,
        _ codec: KVCodec,
        _ route: KVRoute,
        _ decode: DecodeSide
    ) -> PlanScore {
        let exposed = route.exposed(
            bytes: decode.missingBytes,
            groups: settings.layerGroups,
            wait: way.wait,
            prefill: way.prefill
        )
        return PlanScore(
            way: way,
            codec: codec,
            crossing: exposed + (way.fetch?.seconds ?? 0),
            wireBytes: Double(decode.missingBytes) * route.sizeRatio,
            ttft: way.wait + way.prefill,
            gap: exposed + decode.admission + decode.handOffStep,
            harm: 0
        )
    }

    private func wholeScore(_ way: PrefillWay, _ decode: DecodeSide) -> PlanScore {
        PlanScore(
            way: way,
            codec: way.fetch?.codec ?? .raw,
            crossing: way.fetch?.seconds ?? 0,
            wireBytes: 0,
            ttft: way.wait + decode.admission + way.prefill,
            gap: decode.wholeStep,
            harm: settings.harmWeight * Double(decode.running) * way.prefill
        )
    }

    private func scoredPlan(
        _ score: PlanScore,
        prefill: PrefillSide?,
        decode: DecodeSide,
        failures: Int
    ) -> ScoredPlan {
        let computing = prefill ?? decode.local
        let fetch = score.way.fetch
        return ScoredPlan(
            plan: PlacementPlan(
                prefill: prefill.map { workers[$0.worker].ref },
                decode: workers[decode.local.worker].ref,
                codec: score.codec,
                fetch: fetch.map {
                    KVFetchPlan(source: workers[$0.source].address, blockCount: $0.blocks)
                },
                budget: prefill == nil ? nil : budget
            ),
            predictedTTFT: .fromSeconds(score.ttft),
            predictedGap: .fromSeconds(score.gap),
            predictedFetch: .fromSeconds(fetch?.seconds ?? 0),
            harm: .fromSeconds(score.harm),
            hitTokens: computing.hitBlocks * settings.layout.blockTokens,
            fetchedTokens: fetch.map { ($0.blocks - computing.hitBlocks) * settings.layout.blockTokens } ?? 0,
            transferBytes: prefill == nil ? 0 : decode.missingBytes,
            wireBytes: Int(score.wireBytes.rounded()),
            failures: failures
        )
    }
}
