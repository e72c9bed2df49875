import ServingTypes
import Testing

@testable import ServingCore

/// Golden dialogues between two workers: what crosses, in which order, and what is owed afterwards.
@Suite struct WorkerCoreTests {
    @Test func aPromptIsPrefilledHandedOffAndDecoded() {
        var pair = WorkerPair()
        pair.assignBoth(prompt: 10, maxTokens: 3)
        #expect(pair.answers.allSatisfy { $0.refusal == nil } && pair.answers.count == 2)
        pair.prefillAll()
        let isEarly = pair.decodeStep()
        #expect(!isEarly, "nothing decodes before the KV is verified")
        pair.landAll()
        #expect(pair.crossed == ["offer", "held", "handOff", "held", "held", "verified"])
        while pair.decodeStep() {}
        // The decode worker repeats the token of the hand-off.
        #expect(pair.tokens.map(\.firstIndex) == [0, 0, 1, 2])
        #expect(pair.tokens.map { $0.tokens[0].id } == [1000, 1000, 1001, 1002])
        #expect(pair.tokens.map(\.finish) == [nil, nil, nil, .length])
        #expect(pair.ended.map(\.failure) == [nil, nil])
        // 3 blocks × 2 layers crossed, each cell once.
        let bytes = 3 * WorkerPair.layout.blockBytes
        #expect(pair.ended.map(\.report.transferBytes) == [bytes, bytes])
        #expect(Set(pair.transferred.map(\.isSent)) == [false, true] && pair.transferred.count == 2)
        #expect(pair.transferred.allSatisfy { $0.bytes == bytes && $0.codec == .raw })
        #expect(pair.decode.counters.received[.raw] == bytes && pair.prefill.counters.sent[.raw] == bytes)
        #expect(pair.prefill.counters.queriedTokens == 10 && pair.prefill.leases == .init())
        #expect(pair.owedBlocks == 0 && pair.prefill.isIdle && pair.decode.isIdle)
    }

    @Test func kvLeavesLayerByLayerWhileTheRestIsComputed() throws {
        var pair = WorkerPair()
        pair.assignBoth(prompt: 10)
        let planned = pair.prefill.nextStep(now: pair.now)
        let plan = try #require(planned)
        #expect(plan.tokenCount == 8)
        pair.route(pair.prefill.layersComputed(plan, layers: 1, now: pair.now), from: .prefill)
        #expect(pair.chunks.map(\.1.firstLayer) == [0] && pair.chunks[0].1.blockCount == 2)
        pair.route(pair.prefill.finishStep(plan, sampled: [nil], now: pair.now), from: .prefill)
        #expect(pair.chunks.map(\.1.firstLayer) == [0, 1])
    }

    @Test func aHandOffIsReportedAsWaitingFromItsAssignmentUntilLanesHaveTakenIt() throws {
        var pair = WorkerPair()
        pair.assignBoth()
        pair.prefillAll()
        pair.landAll()
        func waiting() throws -> Int { try #require(pair.prefill.fullLoad().paths.first).waitingBytes }
        #expect(try waiting() == 0)
        let second = WorkerPair.attempt(request: 2)
        pair.assignBoth(prompt: 14, attempt: second) {
            $0.hashKey = BlockHashKey(rawValue: Bytes128(high: 9, low: 9))
        }
        #expect(try waiting() == 4 * WorkerPair.layout.blockBytes, "before any of it is computed")
        pair.prefillAll()
        #expect(try waiting() == 0, "lanes have it")
    }

    @Test func onlyTheMissingSuffixCrossesInTheSecondTurn() {
        var pair = WorkerPair()
        pair.assignBoth(prompt: 9, maxTokens: 1 + 2)
        pair.prefillAll()
        pair.landAll()
        while pair.decodeStep() {}
        let crossedBefore = pair.decode.counters.receivedBytes
        pair.assignBoth(prompt: 14, attempt: WorkerPair.attempt(request: 2))
        pair.prefillAll()
        #expect(pair.chunks.allSatisfy { $0.1.firstBlock >= 2 }, "two full blocks are held already")
        pair.landAll()
        let bytes = pair.decode.counters.receivedBytes - crossedBefore
        #expect(bytes == 2 * WorkerPair.layout.blockBytes)
        #expect(pair.prefill.counters.hitTokens == 8)
    }

    @Test func anAnswerThatEndsAtTheFirstTokenAbortsTheTransfer() {
        var pair = WorkerPair()
        pair.assignBoth(maxTokens: 1)
        pair.prefillAll()
        #expect(pair.tokens.map(\.finish) == [.length])
        #expect(pair.crossed.last == "abort to d: cancelled")
        pair.landAll()
        #expect(pair.decode.counters.discardedChunks > 0, "late chunks go to the scratch sink")
        #expect(pair.owedBlocks == 0 && pair.decode.isIdle)
    }

    @Test func duplicatesChangeNothing() {
        var pair = WorkerPair()
        pair.assignBoth(maxTokens: 2)
        let send = Assignment.Part.prefill(handOffTo: WorkerPair.address)
        let assignment = WorkerPair.assignment(send, maxTokens: 2)
        pair.toPrefill(.assigned(assignment, router: WorkerPair.router))
        pair.prefillAll()
        let copies = pair.chunks
        pair.landAll()
        for (_, chunk) in copies {
            let placement = pair.decode.beginChunk(chunk, from: WorkerPair.prefillRef, now: pair.now)
            #expect(placement == .discard(.leaseExpired), "the sequence decodes: nothing may be written")
        }
        let handOff = KVHandOff(
            attempt: assignment.attempt,
            grant: assignment.grant,
            token: SampledToken(id: 1000)
        )
        pair.toDecode(.handedOff(handOff, from: WorkerPair.prefillRef))
        #expect(pair.crossed.last == "verified", "a lost confirmation is given again")
        while pair.decodeStep() {}
        pair.toDecode(.handedOff(handOff, from: WorkerPair.prefillRef))
        #expect(pair.crossed.last == "verified", "also after the answer is complete")
        #expect(pair.tokens.count == 3 && pair.owedBlocks == 0)
    }

    @Test func cancellingHalfAWriteQuarantinesTheBlocks() {
        var pair = WorkerPair()
        pair.assignBoth()
        pair.prefillAll()
        let chunk = pair.chunks[0].1
        let placement = pair.beginChunk()
        pair.toDecode(.cancelled(chunk.transfer.attempt, router: WorkerPair.router))
        #expect(pair.decode.blocks.quarantined == chunk.blockCount)
        pair.endChunk(chunk, placement, .landed)
        #expect(pair.decode.blocks.quarantined == 0 && pair.decode.blocks.available == 32)
    }

    @Test func aStepKeepsTheBlocksOfASequenceThatEndsMeanwhile() throws {
        var pair = WorkerPair()
        pair.assignBoth()
        let planned = pair.prefill.nextStep(now: pair.now)
        let plan = try #require(planned)
        pair.toPrefill(.cancelled(WorkerPair.attempt(), router: WorkerPair.router))
        #expect(pair.prefill.blocks.running == 3 && !pair.prefill.isIdle)
        pair.route(
            pair.prefill.finishStep(plan, sampled: WorkerPair.sample(plan), now: pair.now),
            from: .prefill
        )
        #expect(pair.prefill.isIdle)
        pair.landAll()
        #expect(pair.owedBlocks == 0)
    }

    @Test func anOfferWaitsForItsReservationButNotForever() {
        var pair = WorkerPair()
        let send = Assignment.Part.prefill(handOffTo: WorkerPair.address)
        pair.toPrefill(.assigned(WorkerPair.assignment(send), router: WorkerPair.router))
        #expect(pair.crossed == ["offer"])
        pair.now = pair.now + .milliseconds(400)
        pair.toDecode(.ticked)
        let receive = Assignment.Part.decode(from: WorkerPair.prefillRef)
        pair.toDecode(.assigned(WorkerPair.assignment(receive), router: WorkerPair.router))
        #expect(pair.crossed == ["offer", "held"])

        let late = WorkerPair.attempt(request: 9)
        pair.toPrefill(.assigned(WorkerPair.assignment(send, attempt: late), router: WorkerPair.router))
        pair.now = pair.now + .milliseconds(501)
        pair.toDecode(.ticked)
        #expect(pair.crossed.last == "abort to p: lease_expired")
        #expect(pair.ended.last?.failure?.code == .leaseExpired)
    }

    @Test(arguments: [
        (
            "a chunk without the grant is refused",
            KVChunk(
                transfer: WorkerPair.handOff(),
                grant: Grant(rawValue: Bytes128(high: 9, low: 9)),
                number: 1,
                firstLayer: 0,
                layerCount: 1,
                firstBlock: 0,
                blockCount: 1
            ),
            WorkerPair.prefillRef, ServingErrorCode.unauthorized
        ),
        (
            "a chunk from another worker is refused",
            KVChunk(
                transfer: WorkerPair.handOff(),
                grant: Grant(rawValue: Bytes128(high: 3, low: 1)),
                number: 1,
                firstLayer: 0,
                layerCount: 1,
                firstBlock: 0,
                blockCount: 1
            ),
            WorkerPair.decodeRef, .unauthorized
        ),
        (
            "a chunk beyond the prompt is refused",
            KVChunk(
                transfer: WorkerPair.handOff(),
                grant: Grant(rawValue: Bytes128(high: 3, low: 1)),
                number: 1,
                firstLayer: 0,
                layerCount: 1,
                firstBlock: 2,
                blockCount: .max
            ),
            WorkerPair.prefillRef, .protocolViolation
        ),
        (
            "a chunk of an unknown attempt is refused",
            KVChunk(
                transfer: WorkerPair.handOff(WorkerPair.attempt(2)),
                grant: Grant(rawValue: Bytes128(high: 3, low: 2)),
                number: 1,
                firstLayer: 0,
                layerCount: 1,
                firstBlock: 0,
                blockCount: 1
            ),
            WorkerPair.prefillRef, .leaseExpired
        ),
    ])
    func chunksNeedTheirPlace(requirement: String, chunk: KVChunk, sender: WorkerRef, code: ServingErrorCode)
    {
        var pair = WorkerPair()
        let receive = Assignment.Part.decode(from: WorkerPair.prefillRef)
        pair.toDecode(.assigned(WorkerPair.assignment(receive), router: WorkerPair.router))
        let placement = pair.decode.beginChunk(chunk, from: sender, now: pair.now)
        #expect(placement == .discard(code), "\(requirement)")
        #expect(pair.decode.blocks.reserved == 4, "the reservation is not disturbed")
    }

    @Test func withoutASignOfLifeAReservationExpires() {
        var pair = WorkerPair()
        let receive = Assignment.Part.decode(from: WorkerPair.prefillRef)
        pair.toDecode(.assigned(WorkerPair.assignment(receive), router: WorkerPair.router))
        pair.now = pair.now + .seconds(10)
        pair.toDecode(.ticked)
        #expect(pair.ended.map { $0.failure?.code } == [.leaseExpired] && pair.owedBlocks == 0)
    }

    @Test func anOfferRepeatedByAWaitingSenderKeepsTheReservation() {
        var pair = WorkerPair()
        pair.assignBoth()
        for _ in 0..<20 {
            pair.now = pair.now + .seconds(2)
            pair.toPrefill(.ticked)
            pair.toDecode(.ticked)
        }
        #expect(pair.ended.isEmpty && pair.decode.blocks.reserved == 4)
    }

    @Test func losingThePrefillWorkerAfterVerificationChangesNothing() {
        var pair = WorkerPair()
        pair.assignBoth(maxTokens: 3)
        pair.prefillAll()
        pair.landAll()
        pair.toDecode(.peerLost(WorkerPair.prefillRef))
        while pair.decodeStep() {}
        #expect(pair.tokens.last?.finish == .length)
    }

    @Test func losingThePrefillWorkerBeforeVerificationFailsThePart() {
        var pair = WorkerPair()
        pair.assignBoth()
        pair.toDecode(.peerLost(WorkerPair.prefillRef))
        #expect(pair.ended.map { $0.failure?.code } == [.peerLost] && pair.decode.isIdle)
    }

    @Test func aLaterAttemptFencesAnEarlierOne() {
        var pair = WorkerPair()
        pair.assignBoth()
        pair.assignBoth(attempt: WorkerPair.attempt(2))
        #expect(pair.decode.counters.stale == 1)
        let receive = Assignment.Part.decode(from: WorkerPair.prefillRef)
        pair.toDecode(.assigned(WorkerPair.assignment(receive), router: WorkerPair.router))
        #expect(pair.answers.last?.refusal?.code == .protocolViolation)
        pair.toDecode(.cancelled(WorkerPair.attempt(2), router: WorkerPair.router))
        pair.toPrefill(.cancelled(WorkerPair.attempt(2), router: WorkerPair.router))
        #expect(pair.owedBlocks == 0 && pair.prefill.isIdle && pair.decode.isIdle)
    }

    @Test func aCancelledAttemptCannotStartAfterwards() {
        var pair = WorkerPair()
        pair.toDecode(.cancelled(WorkerPair.attempt(), router: WorkerPair.router))
        pair.assignBoth()
        #expect(pair.answers.first?.refusal?.code == .protocolViolation)
    }

    @Test func refusalsSayWhy() {
        let cases: [(String, Assignment, ServingErrorCode)] = [
            (
                "a prefill worker does not decode",
                WorkerPair.assignment(.decode(from: WorkerPair.decodeRef)), .draining
            ),
            (
                "a prompt must leave room in the context",
                WorkerPair.assignment(.prefill(handOffTo: WorkerPair.address), prompt: 64), .badRequest
            ),
            (
                "a prompt beyond the whole pool never fits",
                WorkerPair.assignment(.prefill(handOffTo: WorkerPair.address), prompt: 40), .noCapacity
            ),
        ]
        for (requirement, assignment, code) in cases {
            var pair = WorkerPair(blockCount: 8)
            pair.toPrefill(.assigned(assignment, router: WorkerPair.router))
            #expect(pair.answers.last?.refusal?.code == code, "\(requirement)")
            #expect(pair.prefill.isIdle)
        }
        var pair = WorkerPair()
        pair.toPrefill(.draining(true))
        pair.assignBoth()
        #expect(pair.answers.last?.refusal?.code == .draining)
    }
}
