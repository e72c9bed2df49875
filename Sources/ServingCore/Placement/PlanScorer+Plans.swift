import ServingTypes

/// Plans, each carried out in the way that is expected to take the least time.
///
/// What is plain is preferred: a fetch must beat computing by a margin, and so must a lossier codec a less
/// lossy one.
extension PlanScorer {
    /// Prefill at one worker, decode at another.
    func score(prefill: Int, decode: Int) -> PlanScore {
        let (side, sources) = (prefillSide(prefill), fetchSources())
        var ways = fetches(at: side, from: sources)
        if mayServe(decode, beside: sources) { ways += fetches(at: side, from: decode) }
        return score(side, decodeSide(decode), fetches: ways)
    }

    /// Prefill and decode at one worker.
    func score(whole place: Int) -> PlanScore { score(whole: place, sources: fetchSources()) }

    /// Prefill at one worker, decode at another, with the fetches that may be worth it.
    @inline(__always) func score(
        _ prefill: PrefillSide,
        _ decode: DecodeSide,
        fetches: [PrefillWay]
    ) -> PlanScore {
        let wire = KVRoute(share(from: prefill.place, to: decode.place))
        return isExact
            ? handOffScore(prefill, fetches, .raw, wire, decode) : codedScore(prefill, decode, fetches, wire)
    }

    private func codedScore(
        _ prefill: PrefillSide,
        _ decode: DecodeSide,
        _ fetches: [PrefillWay],
        _ wire: KVRoute
    ) -> PlanScore {
        let receiver = decode.place
        var best: PlanScore?
        for codec in KVCodec.allCases {
            guard let route = route(codec, over: wire, from: prefill.place, to: receiver) else { continue }
            let score = handOffScore(prefill, fetches, codec, route, decode)
            best = best.map { better($0, score) } ?? score
        }
        guard let best else { preconditionFailure("no route from \(prefill.place) to \(receiver)") }
        return best
    }

    /// Prefill and decode at one worker, for sources that are known already.
    func score(whole place: Int, sources: [FetchSource]) -> PlanScore {
        let side = wholeSide(place)
        let weight = 1 + settings.harmWeight * Double(side.running)
        let ways = fetches(at: side.local, from: sources, weight: weight)
        var best = wholeScore(ways, .raw, side)
        guard !isExact, !ways.isEmpty else { return best }
        for codec in codecs where codec != .raw { best = better(best, wholeScore(ways, codec, side)) }
        return best
    }

    /// The fastest fetch with this codec, if it saves enough; otherwise without a fetch.
    ///
    /// - Parameter rank: a function that is always inlined, so that no score is put together for it.
    @inline(__always) private func bestWay(
        _ side: PrefillSide,
        _ fetches: [PrefillWay],
        _ codec: KVCodec,
        _ rank: (PrefillWay) -> Double
    ) -> PrefillWay {
        var fastest: Int?
        var least = Double.infinity
        // Of equals the first: sources come in an order of their own.
        for index in fetches.indices where fetches[index].fetch?.codec == codec {
            let rank = rank(fetches[index])
            if rank < least { (fastest, least) = (index, rank) }
        }
        guard let fastest, rank(side.plain) - least >= leastSaving(on: side.plain.prefill) else {
            return side.plain
        }
        return fetches[fastest]
    }

    /// The one with the lossier codec only if it saves enough of the time in which KV crosses.
    private func better(_ score: PlanScore, _ lossier: PlanScore) -> PlanScore {
        score.rank - lossier.rank >= leastSaving(on: score.crossing) ? lossier : score
    }

    @inline(__always) private func handOffScore(
        _ prefill: PrefillSide,
        _ fetches: [PrefillWay],
        _ codec: KVCodec,
        _ route: KVRoute,
        _ decode: DecodeSide
    ) -> PlanScore {
        @inline(__always) func score(_ way: PrefillWay) -> PlanScore {
            handOffScore(prefill, way, codec, route, decode)
        }
        @inline(__always) func rank(_ way: PrefillWay) -> Double { score(way).rank }
        return score(bestWay(prefill, fetches, codec, rank))
    }

    @inline(__always) private func handOffScore(
        _ prefill: PrefillSide,
        _ way: PrefillWay,
        _ codec: KVCodec,
        _ route: KVRoute,
        _ decode: DecodeSide
    ) -> PlanScore {
        let bytes = Double(decode.missingBytes)
        let exposed = route.exposed(bytes: bytes, part: part, behind: way)
        let chunk = decode.chunkSeconds(at: way.ready)
        let admission = decode.admission + Self.runningShare * chunk
        return ranked(
            PlanScore(
                prefill: prefill.place,
                decode: decode.place,
                way: way,
                codec: codec,
                crossing: exposed + (way.fetch?.seconds ?? 0),
                transferBytes: decode.missingBytes,
                wireBytes: bytes * route.sizeRatio,
                ttft: way.ready,
                gap: exposed + admission + decode.step + chunk,
                step: decode.step,
                chunk: chunk,
                admission: admission,
                harm: classHarm(prefill),
                failures: prefill.failures + decode.failures,
                linkBytesPerSecond: route.bytesPerSecond,
                linkBacklog: route.backlog,
                hitBlocks: prefill.hitBlocks,
                waitSeconds: prefill.plain.wait,
                queuedTokens: cluster.workers[prefill.place].queuedTokens,
                requests: cluster.workers[prefill.place].sequences,
                freeBlocks: cluster.workers[decode.place].freeBlocks
            )
        )
    }

    /// What a prompt is charged at a worker that is meant for others.
    private func classHarm(_ side: PrefillSide) -> Double {
        cluster.workers[side.place].prefillClass.penalty(
            newTokens: request.tokens - side.hitBlocks * blockTokens
        )
    }

    @inline(__always) private func wholeScore(
        _ fetches: [PrefillWay],
        _ codec: KVCodec,
        _ side: WholeSide
    ) -> PlanScore {
        @inline(__always) func rank(_ way: PrefillWay) -> Double { wholeScore(way, side).rank }
        return wholeScore(bestWay(side.local, fetches, codec, rank), side)
    }

    @inline(__always) private func wholeScore(_ way: PrefillWay, _ side: WholeSide) -> PlanScore {
        // While it waits for other prompts the running step ends too.
        let admission = max(0, side.admission - way.wait)
        return ranked(
            PlanScore(
                prefill: nil,
                decode: side.local.place,
                way: way,
                codec: way.fetch?.codec ?? .raw,
                crossing: way.fetch?.seconds ?? 0,
                ttft: way.wait + admission + way.prefill,
                gap: side.step,
                step: side.step,
                admission: admission,
                harm: settings.harmWeight * Double(side.running) * way.prefill,
                failures: side.local.failures,
                hitBlocks: side.local.hitBlocks,
                waitSeconds: side.local.plain.wait,
                queuedTokens: cluster.workers[side.local.place].queuedTokens,
                requests: cluster.workers[side.local.place].sequences,
                freeBlocks: cluster.workers[side.local.place].freeBlocks
            )
        )
    }
}
