import KVCache
import ServingTypes
import Testing

@testable import ServingCore

/// Prefixes that one worker gets from another instead of computing them.
@Suite struct TransferFetchTests {
    static let fetchID = KVTransferID(attempt: WorkerPair.attempt(), kind: .fetch)

    /// A pair whose decode worker has the first `cached` tokens of the prompt, and whose prefill worker is
    /// told so.
    static func fetching(
        cached: Int = 13,
        blocks: Int = 3,
        _ change: (inout WorkerCoreSettings) -> Void = { _ in }
    ) -> WorkerPair {
        var pair = WorkerPair(change)
        pair.cacheAtDecode(prompt: cached)
        pair.tokens = []
        pair.ended = []
        pair.answers = []
        pair.crossed = []
        pair.assignFetching(blocks: blocks)
        return pair
    }

    @Test(arguments: [
        ("everything that the plan names", 13, 3, 12),
        ("no more than the plan names", 13, 2, 8),
        ("only what the source holds", 9, 3, 8),
        ("never the last token", 13, 9, 12),
    ])
    func whatIsFetchedIsNotComputed(requirement: String, cached: Int, blocks: Int, expected: Int) {
        var pair = Self.fetching(cached: cached, blocks: blocks)
        #expect(pair.crossed.prefix(2).contains("offer") && pair.crossed.contains("fetch"))
        // The decode worker holds the prefix: of the hand-off, only the rest crosses. The fetch brings it to
        // the prefill worker.
        while pair.chunks.contains(where: { $0.1.transfer == Self.fetchID }) { pair.landChunk() }
        #expect(pair.prefill.counters.fetchedTokens == expected, "\(requirement)")
        pair.prefillAll()
        pair.landAll()
        while pair.decodeStep() {}
        let report = pair.ended.first { $0.report.fetchedTokens > 0 }?.report
        #expect(report?.computedTokens == 13 - expected, "\(requirement)")
        #expect(pair.tokens.last?.finish == .length, "\(requirement)")
        #expect(pair.decode.counters.servedFetches == 1 && pair.prefill.counters.failedFetches == 0)
        #expect(pair.owedBlocks == 0 && pair.prefill.isIdle && pair.decode.isIdle, "\(requirement)")
    }

    @Test func aFetchBeginsBehindWhatIsHeldHere() {
        var pair = WorkerPair()
        pair.assignBoth(prompt: 5, maxTokens: 2, attempt: WorkerPair.attempt(request: 60))
        pair.prefillAll()
        pair.landAll()
        while pair.decodeStep() {}
        pair.cacheAtDecode()
        pair.assignFetching()
        #expect(pair.chunks.filter { $0.1.transfer == Self.fetchID }.allSatisfy { $0.1.firstBlock >= 1 })
        while pair.chunks.contains(where: { $0.1.transfer == Self.fetchID }) { pair.landChunk() }
        #expect(pair.prefill.counters.fetchedTokens == 8, "one block of three was here")
    }

    @Test(arguments: [
        ("the source has nothing", 3, "abort to p: cancelled"),
        ("the source serves too many already", 13, "abort to p: no_capacity"),
    ])
    func aRefusedFetchIsComputedAtOnce(requirement: String, cached: Int, word: String) {
        var pair = Self.fetching(cached: cached) { if cached == 13 { $0.maxServedFetches = 0 } }
        #expect(pair.crossed.contains(word), "\(requirement)")
        pair.prefillAll()
        pair.landAll()
        while pair.decodeStep() {}
        #expect(pair.tokens.last?.finish == .length && pair.ended.allSatisfy { $0.failure == nil })
        #expect(pair.prefill.counters.fetchedTokens == 0 && pair.owedBlocks == 0, "\(requirement)")
    }

    enum Trouble { case silent, lost, aborted }

    @Test(arguments: [
        ("a silent source", Trouble.silent), ("a lost source", .lost), ("a source that gives up", .aborted),
    ])
    func whatHasLandedIsUsedAndTheRestComputed(requirement: String, trouble: Trouble) {
        var pair = Self.fetching { $0.chunkBytes = WorkerPair.layout.layerBlockBytes }
        // Both layers of the first block, and one of the second.
        for _ in 0..<3 where pair.chunks.contains(where: { $0.1.transfer == Self.fetchID }) {
            pair.landChunk()
        }
        pair.isCut = true
        switch trouble {
        case .silent: pair.pass(.seconds(5))
        case .lost: pair.toPrefill(.peerLost(WorkerPair.decodeRef))
        case .aborted:
            let error = ServingError(.leaseExpired, "no sign of life")
            pair.toPrefill(
                .aborted(KVAbort(transfer: Self.fetchID, error: error), from: WorkerPair.decodeRef)
            )
        }
        pair.isCut = false
        if trouble == .lost {
            // The hand-off had the same peer, and ends with it.
            #expect(pair.ended.map { $0.failure?.code } == [.peerLost] && pair.prefill.isIdle)
            return
        }
        #expect(pair.prefill.counters.fetchedTokens == 4, "\(requirement): one block is whole")
        let plan = pair.prefill.nextStep(now: pair.now)
        #expect(plan?.entries.first?.position == 4, "\(requirement)")
    }

    @Test func aLostSourceCostsAWholePromptNothingButTime() {
        var pair = WorkerPair()
        pair.cacheAtDecode()
        let gone = WorkerAddress(
            worker: WorkerRef(id: WorkerID(rawValue: "x"), incarnation: Incarnation(rawValue: 9)),
            host: "127.0.0.1",
            port: 9
        )
        pair.assignBoth(prompt: 13) { assignment in
            if case .prefill = assignment.part { assignment.fetch = KVFetchPlan(source: gone, blockCount: 3) }
        }
        pair.startPrefill()
        pair.toPrefill(.peerLost(gone.worker))
        pair.prefillAll()
        pair.landAll()
        while pair.decodeStep() {}
        #expect(pair.tokens.last?.finish == .length && pair.prefill.counters.failedFetches == 1)
        #expect(pair.owedBlocks == 0)
    }

    @Test func aHalfWrittenBlockIsLeftToItsLane() throws {
        var pair = Self.fetching { $0.chunkBytes = WorkerPair.layout.layerBlockBytes }
        pair.chunks.removeAll { $0.1.transfer != Self.fetchID }
        let chunk = try #require(pair.chunks.first).1
        let placement = pair.beginChunk()
        guard case .blocks(let written, _) = placement else {
            Issue.record("a wanted chunk is discarded")
            return
        }
        pair.isCut = true
        pair.pass(.seconds(5))
        #expect(pair.prefill.blocks.quarantined == written.count, "the lane still writes")
        let planned = pair.prefill.nextStep(now: pair.now)
        let plan = try #require(planned)
        #expect(plan.entries[0].position == 0 && Set(plan.entries[0].table).isDisjoint(with: written))
        pair.endChunk(chunk, placement, .landed)
        #expect(pair.prefill.blocks.quarantined == 0 && pair.prefill.checkInvariants() == nil)
    }

    @Test func aServedFetchIsOwedUntilItsLeaseEnds() {
        var pair = Self.fetching()
        #expect(pair.decode.owed.leases == 2, "the hand-off that it waits for, and the fetch")
        pair.isCut = true
        pair.toPrefill(.cancelled(WorkerPair.attempt(), router: WorkerPair.router))
        pair.toDecode(.cancelled(WorkerPair.attempt(), router: WorkerPair.router))
        #expect(!pair.decode.isIdle && pair.decode.blocks.leased == 3)
        for (ticket, _) in pair.chunks {
            pair.decode.laneFinished([ticket], wireBytes: ticket.bytes, now: pair.now)
        }
        pair.pass(.seconds(10))
        #expect(pair.decode.isIdle && pair.owedBlocks == 0 && pair.decode.nextDeadline == nil)
        #expect(pair.decode.fullLoad().paths.allSatisfy { $0.inFlightBytes == 0 })
    }

    @Test func aLostRequesterIsServedNoMore() {
        var pair = Self.fetching()
        for (ticket, _) in pair.chunks {
            pair.decode.laneFinished([ticket], wireBytes: ticket.bytes, now: pair.now)
        }
        pair.toDecode(.peerLost(WorkerPair.prefillRef))
        #expect(pair.decode.isIdle && pair.decode.blocks.leased == 0)
        #expect(pair.decode.fullLoad().paths.allSatisfy { $0.inFlightBytes == 0 })
    }

    @Test func aRequestWithoutAnswerIsRepeatedAndServedOnce() {
        var pair = WorkerPair()
        pair.cacheAtDecode()
        pair.isCut = true
        pair.assignFetching()
        pair.isCut = false
        pair.crossed = []
        pair.pass(.seconds(2))
        #expect(pair.crossed.filter { $0 == "fetch" }.count == 1)
        #expect(pair.chunks.contains { $0.1.transfer == Self.fetchID })
        #expect(pair.decode.owed.leases >= 1)
    }

    @Test(arguments: [
        ("without the grant", WorkerPair.decodeRef, true, ServingErrorCode.unauthorized),
        ("from somebody else", WorkerPair.prefillRef, false, .cancelled),
    ])
    func offersNeedTheirGrantAndTheirSource(
        requirement: String,
        sender: WorkerRef,
        isForged: Bool,
        code: ServingErrorCode
    ) {
        var pair = WorkerPair()
        pair.cacheAtDecode()
        pair.isCut = true
        pair.assignFetching()
        var grant = WorkerPair.assignment(.whole).grant
        if isForged { grant.rawValue.low ^= 1 }
        let offer = KVOffer(transfer: Self.fetchID, grant: grant, blockCount: 3)
        let actions = pair.prefill.handle(.offered(offer, from: sender), now: pair.now)
        guard actions.count == 1, case .abort(let to, let abort) = actions[0] else {
            Issue.record("\(requirement): \(actions)")
            return
        }
        #expect(to == sender && abort.error.code == code, "\(requirement)")
    }

    @Test func aHandOffsChunkDoesNotPassForAFetch() {
        var pair = WorkerPair()
        pair.assignBoth()
        pair.prefillAll()
        var chunk = pair.chunks[0].1
        chunk.transfer.kind = .fetch
        let placement = pair.decode.beginChunk(chunk, from: WorkerPair.prefillRef, now: pair.now)
        #expect(placement == .discard(.leaseExpired))
    }
}
