import KVCache
import ServingTypes
import Testing

@testable import ServingCore

/// How hand-offs outlive lost chunks, lanes and links.
@Suite struct TransferRepairTests {
    static func handingOff(_ change: (inout WorkerCoreSettings) -> Void = { _ in }) -> WorkerPair {
        var pair = WorkerPair {
            $0.chunkBytes = WorkerPair.layout.layerBlockBytes
            change(&$0)
        }
        pair.assignBoth(maxTokens: 3)
        pair.prefillAll()
        return pair
    }

    static func expectDone(_ pair: WorkerPair, _ requirement: String) {
        var pair = pair
        pair.landAll()
        while pair.decodeStep() {}
        #expect(pair.ended.map(\.failure) == [nil, nil], "\(requirement)")
        #expect(pair.tokens.last?.finish == .length, "\(requirement)")
        #expect(pair.owedBlocks == 0 && pair.prefill.isIdle && pair.decode.isIdle, "\(requirement)")
        #expect(pair.prefill.fullLoad().paths.allSatisfy { $0.inFlightBytes == 0 }, "\(requirement)")
        #expect(pair.prefill.nextDeadline == nil && pair.decode.nextDeadline == nil, "\(requirement)")
    }

    @Test(arguments: [("a damaged chunk", ChunkOutcome.damaged), ("a torn chunk", .torn)])
    func isSentAgain(requirement: String, outcome: ChunkOutcome) {
        var pair = Self.handingOff()
        var chunk = pair.chunks[0].1
        pair.landChunk(outcome)
        #expect(pair.crossed.last == "resend", "\(requirement)")
        chunk.endsBurst = true  // Nothing follows it now.
        #expect(pair.chunks.contains { $0.1 == chunk }, "\(requirement) goes again as it was")
        #expect(pair.prefill.counters.resentChunks == 1)
        Self.expectDone(pair, requirement)
    }

    @Test func aChunkThatIsDamagedThreeTimesFailsTheTransferOnBothSides() {
        var pair = WorkerPair()
        pair.assignBoth()
        pair.prefillAll()
        let number = pair.chunks[0].1.number
        for _ in 0..<ReceiveTransfer.maxStrikes {
            while let first = pair.chunks.first, first.1.number != number {
                pair.chunks.append(pair.chunks.removeFirst())
            }
            pair.landChunk(.damaged)
        }
        #expect(pair.ended.map { $0.failure?.code } == [.checksum, .checksum])
        #expect(pair.decode.counters.damagedChunks == 3)
        pair.landAll()
        #expect(pair.owedBlocks == 0)
    }

    @Test func whatABrokenLaneHadGoesByAnother() {
        var pair = Self.handingOff()
        pair.landChunk()
        pair.loseChunk()
        let half = pair.chunks.removeFirst()
        pair.chunks.forEach { ticket, _ in
            pair.prefill.laneFinished([ticket], wireBytes: ticket.bytes, now: pair.now)
        }
        pair.chunks = []
        pair.lane = 2
        pair.toPrefill(
            .laneClosed(1, to: WorkerPair.decodeRef, unsent: [half.0], isBroken: true)
        )
        #expect(pair.chunks.map(\.0.lane).allSatisfy { $0 == 2 } && pair.chunks.count >= 5)
        Self.expectDone(pair, "a broken lane")
    }

    @Test func aSilentlyLostChunkIsMissedWhenTheSenderRepeatsItself() {
        var pair = Self.handingOff()
        let lost = pair.chunks[0].1
        pair.loseChunk()
        pair.landAll()
        #expect(!pair.decode.isIdle && pair.chunks.isEmpty)
        pair.pass(.seconds(2))
        pair.pass(.seconds(2))
        #expect(pair.chunks.contains { $0.1 == lost }, "the receiver says that it is stalled")
        Self.expectDone(pair, "a chunk lost without a word")
    }

    @Test func aLinkThatComesBackInTimeCostsNothing() {
        var pair = Self.handingOff { $0.reconnectTimeout = .seconds(4) }
        pair.isCut = true
        for side in [WorkerPair.decodeRef, WorkerPair.prefillRef] {
            let event = WorkerEvent.linkLost(side)
            if side == WorkerPair.decodeRef { pair.toPrefill(event) } else { pair.toDecode(event) }
        }
        pair.landAll()
        pair.pass(.milliseconds(3_900))
        #expect(pair.ended.isEmpty, "both wait")
        pair.isCut = false
        pair.toDecode(.linkOpened(WorkerPair.prefillRef))
        pair.toPrefill(.linkOpened(WorkerPair.decodeRef))
        Self.expectDone(pair, "a link that was gone for a while")
    }

    @Test func aLinkThatStaysAwayIsALostPeer() {
        var pair = Self.handingOff { $0.reconnectTimeout = .seconds(4) }
        for (ticket, _) in pair.chunks {
            pair.prefill.laneFinished([ticket], wireBytes: ticket.bytes, now: pair.now)
        }
        pair.isCut = true
        pair.toPrefill(.linkLost(WorkerPair.decodeRef))
        pair.toDecode(.linkLost(WorkerPair.prefillRef))
        pair.pass(.seconds(4))
        #expect(pair.ended.map { $0.failure?.code } == [.peerLost, .peerLost] && pair.owedBlocks == 0)
        #expect(pair.prefill.isIdle && pair.prefill.nextDeadline == nil && pair.decode.nextDeadline == nil)
        #expect(!pair.prefill.hasLaneWork(to: WorkerPair.decodeRef))
        #expect(pair.prefill.fullLoad().paths.allSatisfy { $0.inFlightBytes == 0 })
    }

    @Test func lanesThatCannotBeOpenedFailWhatIsToBeSent() {
        var pair = Self.handingOff()
        for (ticket, _) in pair.chunks {
            pair.prefill.laneFinished([ticket], wireBytes: ticket.bytes, now: pair.now)
        }
        pair.toPrefill(.lanesFailed(to: WorkerPair.decodeRef, ServingError(.peerLost, "refused")))
        #expect(pair.ended.map { $0.failure?.code } == [.peerLost, .peerLost] && pair.owedBlocks == 0)
        #expect(!pair.prefill.hasLaneWork(to: WorkerPair.decodeRef))
    }

    @Test func aGrantOfAnotherAttemptIsNoGrant() {
        var pair = WorkerPair()
        pair.assignBoth()
        pair.prefillAll()
        var chunk = pair.chunks[0].1
        chunk.grant = WorkerPair.assignment(.whole, attempt: WorkerPair.attempt(2)).grant
        #expect(
            pair.decode.beginChunk(chunk, from: WorkerPair.prefillRef, now: pair.now)
                == .discard(.unauthorized)
        )
        #expect(pair.decode.counters.unauthorized == 1)
        Self.expectFinishes(pair)
    }

    private static func expectFinishes(_ pair: WorkerPair) {
        var pair = pair
        pair.landAll()
        while pair.decodeStep() {}
        #expect(pair.tokens.last?.finish == .length && pair.owedBlocks == 0, "the transfer is not disturbed")
    }
}
