import KVCache
import ServingTypes
import Testing

@testable import ServingCore

/// What a sending transfer cuts, numbers, keeps and sends again.
@Suite struct TransferSendingTests {
    typealias Pieces = TransferPieces

    static func streaming(_ held: KVHeld = Pieces.held()) -> SendTransfer {
        var sender = Pieces.sender()
        sender.computed(layers: 3, blocks: 6)
        _ = sender.hold(held)
        return sender
    }

    @Test func chunksCoverEveryCellOnceAndAreNumberedFromOne() {
        var sender = Self.streaming()
        let chunks = Pieces.pull(&sender)
        #expect(chunks.map(\.number) == Array(1...UInt32(chunks.count)))
        var cells: [[Int]] = []
        for chunk in chunks {
            for layer in chunk.firstLayer..<chunk.firstLayer + chunk.layerCount {
                cells += chunk.blockRange.map { [layer, $0] }
            }
        }
        #expect(cells.count == 18 && Set(cells).count == 18)
        #expect(sender.isAllSent && sender.cutBytes == 18 * Pieces.cell)
    }

    @Test func whatNoLaneHasTakenWaitsWhetherItIsComputedOrNot() {
        var sender = Pieces.sender()
        #expect(sender.waitingBytes == 18 * Pieces.cell, "before anything is known")
        _ = sender.hold(Pieces.held(4))
        #expect(sender.waitingBytes == 6 * Pieces.cell, "what the receiver lacks")
        sender.computed(layers: 3, blocks: 5)
        let first = Pieces.pull(&sender)
        #expect(sender.waitingBytes == 3 * Pieces.cell)
        Pieces.leave(first, &sender)
        sender.resend(first.map(\.number))
        #expect(sender.waitingBytes == 3 * Pieces.cell, "what goes again was taken")
        sender.computed(layers: 3, blocks: 6)
        _ = Pieces.pull(&sender)
        #expect(sender.waitingBytes == 0)
    }

    @Test func nothingIsCutBeforeTheReceiverAnswersAndOnlyWhatItLacks() {
        var sender = Pieces.sender()
        sender.computed(layers: 3, blocks: 6)
        #expect(sender.nextChunk(chunkBytes: 1 << 20, lane: 1) == nil && !sender.isSendable)
        _ = sender.hold(Pieces.held(4))
        #expect(Pieces.pull(&sender).allSatisfy { $0.firstBlock >= 4 })
        #expect(sender.cutBytes == 2 * 3 * Pieces.cell)
    }

    @Test(arguments: [
        ("a damaged chunk goes again as it was", [UInt32(2)]),
        ("several keep their order", [3, 1]),
        ("an unknown number is nothing", [0, 77, 2]),
    ])
    func aResentChunkKeepsItsRectangle(requirement: String, numbers: [UInt32]) {
        var sender = Self.streaming()
        let first = Pieces.pull(&sender)
        Pieces.leave(first, &sender)
        sender.resend(numbers)
        let again = Pieces.pull(&sender, lane: 9, chunkBytes: Pieces.cell)
        let known = numbers.filter { (1...UInt32(first.count)).contains($0) }
        #expect(again == known.map { first[Int($0) - 1] }, "\(requirement)")
        #expect(Pieces.pull(&sender).isEmpty, "\(requirement): only once")
    }

    @Test func creditCountsAChunkOnce() {
        var sender = Self.streaming(Pieces.held(credit: 4 * Pieces.cell))
        let first = Pieces.pull(&sender)
        #expect(sender.cutBytes == 4 * Pieces.cell && !sender.isAllSent)
        Pieces.leave(first, &sender)
        sender.resend(first.map(\.number))
        #expect(Pieces.pull(&sender) == first, "what goes again needs no credit")
        #expect(sender.cutBytes == 4 * Pieces.cell)
        _ = sender.hold(Pieces.held(credit: 8 * Pieces.cell))
        #expect(Pieces.pull(&sender).reduce(0) { $0 + $1.cellCount } == 4)
    }

    @Test func aChunkShrinksToTheCredit() {
        var sender = Self.streaming(Pieces.held(credit: 3 * Pieces.cell))
        // Two layers of one block, then the third layer of one block.
        #expect(Pieces.pull(&sender).map(\.cellCount) == [2, 1])
    }

    @Test func aBrokenLaneTakesOnlyWhatItHadAndIsNotAcknowledged() {
        var sender = Self.streaming()
        let one = sender.nextChunk(chunkBytes: 4 * Pieces.cell, lane: 1)
        let two = sender.nextChunk(chunkBytes: 4 * Pieces.cell, lane: 2)
        let three = sender.nextChunk(chunkBytes: 4 * Pieces.cell, lane: 1)
        let four = sender.nextChunk(chunkBytes: 4 * Pieces.cell, lane: 1)
        let all = [one, two, three, four].compactMap { $0 }
        Pieces.leave([all[0], all[2]], &sender, lane: 1)
        Pieces.leave([all[1]], &sender, lane: 2)
        _ = sender.hold(Pieces.held(through: 1))
        sender.laneClosed(1, isBroken: true)
        let again = Pieces.pull(&sender, lane: 3).prefix(2)
        #expect(Array(again) == [all[2], all[3]], "chunk 1 is acknowledged, chunk 2 went by another lane")
    }

    @Test func aLaneThatClosesInOrderLosesOnlyWhatItHadNotSent() {
        var sender = Self.streaming()
        let chunks = Pieces.pull(&sender, lane: 1)
        Pieces.leave(Array(chunks.dropLast()), &sender)
        sender.laneClosed(1, isBroken: false)
        #expect(Pieces.pull(&sender, lane: 2) == [chunks[chunks.count - 1]])
    }

    @Test func aStalledAnswerSendsAgainWhatIsNotAcknowledged() {
        var sender = Self.streaming()
        let chunks = Pieces.pull(&sender)
        Pieces.leave(Array(chunks.dropLast()), &sender)
        _ = sender.hold(Pieces.held(through: 1, isStalled: true))
        #expect(Pieces.pull(&sender, lane: 2) == Array(chunks[1..<chunks.count - 1]))
        // The last one was still being sent: it follows when its lane is done with it.
        Pieces.leave([chunks[chunks.count - 1]], &sender)
        #expect(Pieces.pull(&sender, lane: 2) == [chunks[chunks.count - 1]])
    }

    @Test func whatWasAcknowledgedMeanwhileIsNotSentAgain() {
        var sender = Self.streaming()
        let chunks = Pieces.pull(&sender)
        Pieces.leave(chunks, &sender)
        sender.laneClosed(1, isBroken: true)
        _ = sender.hold(Pieces.held(through: UInt32(chunks.count)))
        #expect(Pieces.pull(&sender, lane: 2).isEmpty && sender.isAllSent)
    }

    @Test(
        "every byte that was queued is delivered, given up or open",
        arguments: 1...40 as ClosedRange<UInt64>
    )
    func bytesBalance(seed: UInt64) {
        var random = PathRandom(seed: seed)
        var sender = Pieces.sender(codec: seed.isMultiple(of: 2) ? .q8 : .raw)
        sender.computed(layers: 3, blocks: 6)
        var (queued, settled) = (0, 0)
        var onLane: [UInt64: KVChunk] = [:]
        var last: UInt32 = 0
        _ = sender.hold(Pieces.held())
        for _ in 0..<120 {
            let lane = UInt64(random.int(0...2))
            switch random.int(0...5) {
            case 0, 1:
                guard onLane[lane] == nil,
                    let chunk = sender.nextChunk(chunkBytes: 2 * Pieces.cell, lane: lane)
                else { continue }
                onLane[lane] = chunk
                last = max(last, chunk.number)
                queued += sender.wireBytes(ofChunk: chunk.number)
            case 2:
                guard let chunk = onLane.removeValue(forKey: lane) else { continue }
                let left = sender.left(chunk.number, lane: lane, wireBytes: 10 + random.int(0...499))
                queued += left.excess
                settled += left.delivered
            case 3:
                onLane[lane] = nil
                sender.laneClosed(lane, isBroken: random.int(0...1) == 0)
            case 4: settled += sender.hold(Pieces.held(through: UInt32(random.int(0...Int(last)))))
            default: sender.resend([UInt32(random.int(0...Int(last) + 1))])
            }
            settled += sender.takeLostBytes()
            #expect(queued == settled + sender.openBytes, "seed \(seed)")
        }
        settled += sender.finish()
        settled += sender.openBytes
        #expect(queued == settled, "seed \(seed)")
    }

    @Test func transfersToOneReceiverTakeTurns() {
        var queue = SendQueue()
        let ids = (1...3).map { WorkerPair.handOff(WorkerPair.attempt(request: $0)) }
        for id in ids {
            let isNew = queue.insert(id)
            #expect(isNew)
        }
        let isNew = queue.insert(ids[0])
        #expect(!isNew, "one that is in keeps its place")
        var order: [KVTransferID] = []
        for _ in 0..<6 {
            guard let id = queue.popFirst() else { break }
            order.append(id)
            _ = queue.insert(id)
        }
        #expect(order == ids + ids)
    }
}
