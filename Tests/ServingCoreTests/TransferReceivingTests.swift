import KVCache
import ServingTypes
import Testing

@testable import ServingCore

/// What a receiving transfer writes, acknowledges, repairs and refuses.
@Suite struct TransferReceivingTests {
    typealias Pieces = TransferPieces

    /// Begins and ends one chunk.
    @discardableResult
    static func take(
        _ chunk: KVChunk,
        _ outcome: ChunkOutcome = .landed,
        _ receiver: inout ReceiveTransfer
    ) -> ReceiveTransfer.Repair {
        let refusal = receiver.begin(chunk)
        #expect(refusal == nil, "chunk \(chunk.number)")
        return receiver.end(chunk, outcome)
    }

    @Test func acknowledgementsAreCoalescedUntilTheyAreDueOrCreditIsNeeded() {
        let window = 40 * Pieces.cell
        var receiver = Pieces.receiver(blocks: 60, window: window)
        _ = receiver.answer(now: .zero)
        var (sent, now) = ([KVHeld](), Timestamp.zero)
        for number in 1...20 {
            now = now + .milliseconds(1)
            Self.take(
                Pieces.chunk(UInt32(number), layers: 0..<1, blocks: number - 1..<number),
                .landed,
                &receiver
            )
            if let answer = receiver.acknowledgement(now: now) { sent.append(answer) }
        }
        #expect(
            sent.map(\.landedThrough) == [4, 8, 12, 16, 20],
            "4 ms apart, before a quarter of the window"
        )
        #expect(sent.map(\.creditBytes) == [4, 8, 12, 16, 20].map { $0 * Pieces.cell + window })
        for number in 21...30 {
            Self.take(
                Pieces.chunk(UInt32(number), layers: 0..<1, blocks: number - 1..<number),
                .landed,
                &receiver
            )
            let answer = receiver.acknowledgement(now: now)
            #expect((answer != nil) == (number == 30), "a quarter of the window is news at any time")
        }
    }

    @Test func theLastCellIsAcknowledgedAtOnce() {
        var receiver = Pieces.receiver(blocks: 2)
        _ = receiver.answer(now: .zero)
        Self.take(Pieces.chunk(1, blocks: 0..<1), .landed, &receiver)
        #expect(receiver.acknowledgement(now: .zero) == nil)
        Self.take(Pieces.chunk(2, blocks: 1..<2), .landed, &receiver)
        #expect(receiver.acknowledgement(now: .zero)?.landedThrough == 2 && receiver.hasLanded)
    }

    @Test(arguments: [
        ("at once, in order", [UInt32(1), 2]), ("when what came before it is there too", [2, 1]),
    ])
    func theEndOfABurstIsAcknowledged(requirement: String, order: [UInt32]) {
        var receiver = Pieces.receiver(blocks: 4)
        _ = receiver.answer(now: .zero)
        for number in order {
            #expect(receiver.acknowledgement(now: .zero) == nil, "\(requirement): before \(number)")
            var chunk = Pieces.chunk(number, blocks: Int(number) - 1..<Int(number))
            chunk.endsBurst = number == 2
            Self.take(chunk, .landed, &receiver)
        }
        #expect(receiver.acknowledgement(now: .zero)?.landedThrough == 2, "\(requirement)")
        Self.take(Pieces.chunk(3, blocks: 2..<3), .landed, &receiver)
        #expect(receiver.acknowledgement(now: .zero) == nil, "the next one is not its end")
    }

    @Test func onlyAnUnbrokenRunIsAcknowledged() {
        var receiver = Pieces.receiver(blocks: 4)
        for (number, through) in [(2, 0), (4, 0), (1, 2), (3, 4)] as [(UInt32, UInt32)] {
            Self.take(Pieces.chunk(number, blocks: Int(number) - 1..<Int(number)), .landed, &receiver)
            #expect(receiver.answer(now: .zero).landedThrough == through)
        }
    }

    @Test(arguments: [
        (
            "three in a row fail", [ChunkOutcome.damaged, .damaged, .damaged],
            [ReceiveTransfer.Repair.resend, .resend, .fail]
        ),
        (
            "a torn one is no strike", [.damaged, .torn, .damaged, .landed],
            [.resend, .resend, .resend, .none]
        ),
        ("a sound one ends it", [.damaged, .damaged, .landed], [.resend, .resend, .none]),
    ])
    func strikes(requirement: String, outcomes: [ChunkOutcome], repairs: [ReceiveTransfer.Repair]) {
        var receiver = Pieces.receiver()
        let taken = outcomes.map { Self.take(Pieces.chunk(1, blocks: 0..<2), $0, &receiver) }
        #expect(taken == repairs, "\(requirement)")
    }

    @Test func strikesAreCountedPerChunk() {
        var receiver = Pieces.receiver()
        for number in [1, 2, 1, 2] as [UInt32] {
            let repair = Self.take(
                Pieces.chunk(number, blocks: Int(number) - 1..<Int(number)),
                .damaged,
                &receiver
            )
            #expect(repair == .resend)
        }
    }

    @Test func aTornChunkLeavesItsCellsMissing() {
        var receiver = Pieces.receiver(blocks: 2)
        let chunk = Pieces.chunk(1, blocks: 0..<2)
        #expect(Self.take(chunk, .torn, &receiver) == .resend)
        #expect(receiver.landedBytes == 0 && receiver.completeBlocks == 0 && !receiver.isBeingWritten)
        Self.take(chunk, .landed, &receiver)
        #expect(receiver.hasLanded && receiver.landedBytes == 6 * Pieces.cell)
    }

    @Test(arguments: [
        (
            "a second copy while the first is written", Pieces.chunk(1, blocks: 0..<2),
            ServingErrorCode.cancelled
        ),
        ("one that overlaps it", Pieces.chunk(2, layers: 2..<3, blocks: 1..<4), .cancelled),
        ("one that overlaps a landed cell", Pieces.chunk(3, blocks: 4..<5), .cancelled),
        ("blocks that are held already", Pieces.chunk(4, blocks: -1..<1), .protocolViolation),
        ("blocks behind the end", Pieces.chunk(5, blocks: 5..<7), .protocolViolation),
        ("layers that do not exist", Pieces.chunk(6, layers: 1..<4, blocks: 3..<4), .protocolViolation),
        ("no number", Pieces.chunk(0, blocks: 3..<4), .protocolViolation),
        ("the last number of all", Pieces.chunk(.max, blocks: 3..<4), .protocolViolation),
        ("an end that overflows", Pieces.chunk(7, blocks: .max - 1 ..< .max), .protocolViolation),
    ])
    func refusals(requirement: String, chunk: KVChunk, code: ServingErrorCode) {
        var receiver = Pieces.receiver()
        Self.take(Pieces.chunk(9, blocks: 4..<5), .landed, &receiver)
        #expect(receiver.begin(Pieces.chunk(1, blocks: 0..<2)) == nil)
        #expect(receiver.begin(chunk) == code, "\(requirement)")
        #expect(receiver.end(Pieces.chunk(1, blocks: 0..<2), .landed) == .none, "\(requirement)")
        #expect(receiver.landedBytes == 9 * Pieces.cell, "\(requirement)")
    }

    @Test func aGrantIsNeededForEveryChunk() {
        var receiver = Pieces.receiver()
        var chunk = Pieces.chunk(1, blocks: 0..<1)
        chunk.grant.rawValue.low ^= 1
        #expect(receiver.begin(chunk) == .unauthorized && !receiver.isBeingWritten)
    }

    @Test func aReceiverIsStalledOnlyWhenNothingLandedAndNothingIsBeingWritten() {
        var receiver = Pieces.receiver(blocks: 3)
        #expect(!receiver.answer(now: .zero).isStalled, "the first answer starts the clock")
        #expect(receiver.answer(now: .zero).isStalled, "nothing came since")
        Self.take(Pieces.chunk(1, blocks: 0..<1), .landed, &receiver)
        #expect(!receiver.answer(now: .zero).isStalled, "something came")
        #expect(receiver.begin(Pieces.chunk(2, blocks: 1..<2)) == nil)
        #expect(!receiver.answer(now: .zero).isStalled, "a lane is at it")
        _ = receiver.end(Pieces.chunk(2, blocks: 1..<2), .torn)
        #expect(receiver.answer(now: .zero).isStalled)
        Self.take(Pieces.chunk(2, blocks: 1..<2), .landed, &receiver)
        Self.take(Pieces.chunk(3, blocks: 2..<3), .landed, &receiver)
        _ = receiver.answer(now: .zero)
        #expect(!receiver.answer(now: .zero).isStalled, "nothing is missing")
    }

    @Test func completeAndHalfWrittenBlocksAreKnown() {
        var receiver = Pieces.receiver(held: 2, blocks: 6)
        Self.take(Pieces.chunk(1, layers: 0..<2, blocks: 2..<6), .landed, &receiver)
        #expect(receiver.completeBlocks == 2, "a layer is missing")
        Self.take(Pieces.chunk(2, layers: 2..<3, blocks: 2..<3), .landed, &receiver)
        Self.take(Pieces.chunk(3, layers: 2..<3, blocks: 4..<5), .landed, &receiver)
        #expect(receiver.completeBlocks == 3, "only leading blocks count")
        #expect(receiver.begin(Pieces.chunk(4, layers: 2..<3, blocks: 3..<4)) == nil)
        #expect(receiver.completeBlocks == 3 && receiver.blocksBeingWritten == [3])
    }
}
