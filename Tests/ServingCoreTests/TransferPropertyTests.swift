import KVCache
import ServingTypes
import Testing

@testable import ServingCore

/// One sender and one receiver with everything between them that can go wrong, drawn from a seed.
///
/// Three lanes lose, tear, damage, repeat and reorder chunks and break unnoticed; answers get lost and come
/// twice. The memory is one number per cell.
private struct LossyPath {
    struct Flight {
        let chunk: KVChunk
        let lane: UInt64
        /// Whether the sender's lane is done with it.
        var hasLeft = false
        var isBegun = false
        var isDropped = false
    }

    static let layout = TransferPieces.layout
    let blocks: Int
    let held: Int
    let damage: Int
    var random: PathRandom
    var sender: SendTransfer
    var receiver: ReceiveTransfer
    var flights: [Flight] = []
    var answers: [KVHeld] = []
    var memory: [[Int]: Int] = [:]
    var resent = 0
    var hasFailed = false

    init(seed: UInt64) {
        random = PathRandom(seed: seed)
        blocks = random.int(2...12)
        held = random.int(0...blocks - 1)
        damage = random.pick([0, 5, 40])
        let groupLayers = random.int(1...3)
        let window = TransferPieces.cell * random.int(3...30)
        sender = TransferPieces.sender(blocks: 0..<blocks, groupLayers: groupLayers)
        receiver = TransferPieces.receiver(held: held, blocks: blocks, window: window)
        answers = [receiver.answer(now: .zero)]
    }

    /// One thing happens; `losing` says whether it may be a loss.
    mutating func step(_ index: Int, losing: Bool) {
        let now = Timestamp.zero + .milliseconds(index)
        if index.isMultiple(of: 3) { sender.computed(layers: 3, blocks: index / 3) }
        switch random.int(0...9) {
        case 0...2: take()
        case 3, 4: leave()
        case 5, 6: advance(losing: losing, now: now)
        case 7: deliverAnswer(losing: losing)
        case 8: if index.isMultiple(of: 4) { answers.append(receiver.answer(now: now)) }
        default: if losing, random.int(0...5) == 0 { breakLane() }
        }
    }

    private mutating func take() {
        let lane = UInt64(random.int(1...3))
        guard !flights.contains(where: { $0.lane == lane && !$0.hasLeft }),
            let chunk = sender.nextChunk(chunkBytes: TransferPieces.cell * random.int(1...6), lane: lane)
        else { return }
        flights.append(Flight(chunk: chunk, lane: lane))
    }

    private mutating func leave() {
        guard let index = flights.indices.filter({ !flights[$0].hasLeft }).randomPick(&random) else { return }
        flights[index].hasLeft = true
        let flight = flights[index]
        _ = sender.left(flight.chunk.number, lane: flight.lane, wireBytes: 1)
        if flight.isDropped { flights.remove(at: index) }
    }

    /// Some chunk begins or ends at the receiver, in any order.
    private mutating func advance(losing: Bool, now: Timestamp) {
        guard let index = flights.indices.filter({ !flights[$0].isDropped }).randomPick(&random) else {
            return
        }
        guard flights[index].isBegun else {
            if losing, random.int(0...19) == 0 { return drop(index) }
            flights[index].isBegun = receiver.begin(flights[index].chunk) == nil
            if !flights[index].isBegun { drop(index) }
            return
        }
        guard flights[index].hasLeft else { return }
        let isDamaged = losing && random.int(0...99) < damage
        let flight = flights.remove(at: index)
        if losing, !isDamaged, random.int(0...19) == 0 {
            flights.append(Flight(chunk: flight.chunk, lane: 0, hasLeft: true))
        }
        end(flight, isDamaged ? .damaged : .landed, now: now)
    }

    private mutating func end(_ flight: Flight, _ outcome: ChunkOutcome, now: Timestamp) {
        if outcome == .landed { write(flight.chunk) }
        switch receiver.end(flight.chunk, outcome) {
        case .none: if let answer = receiver.acknowledgement(now: now) { answers.append(answer) }
        case .resend:
            resent += 1
            sender.resend([flight.chunk.number])
        case .fail: hasFailed = true
        }
    }

    private mutating func write(_ chunk: KVChunk) {
        for layer in chunk.firstLayer..<chunk.firstLayer + chunk.layerCount {
            for block in chunk.blockRange {
                memory[[layer, block], default: 0] += 1
                #expect(memory[[layer, block]] == 1, "cell \(layer), \(block) is written once")
            }
        }
    }

    /// It never gets there; what was begun stays begun until its lane breaks.
    private mutating func drop(_ index: Int) {
        if flights[index].hasLeft { flights.remove(at: index) } else { flights[index].isDropped = true }
    }

    private mutating func breakLane() {
        let lane = UInt64(random.int(1...3))
        for flight in flights where flight.lane == lane && flight.isBegun { end(flight, .torn, now: .zero) }
        flights.removeAll { $0.lane == lane }
        sender.laneClosed(lane, isBroken: true)
    }

    private mutating func deliverAnswer(losing: Bool) {
        guard !answers.isEmpty else { return }
        let index = random.int(0...answers.count - 1)
        if !losing || random.int(0...3) > 0 { _ = sender.hold(answers[index]) }
        if random.int(0...4) > 0 { answers.remove(at: index) }
    }
}

extension [Int] {
    fileprivate func randomPick(_ random: inout PathRandom) -> Int? { isEmpty ? nil : random.pick(self) }
}

@Suite struct TransferPropertyTests {
    /// Whatever is lost, in whatever order: every cell lands once, or the transfer fails for three strikes.
    @Test(arguments: 0..<40)
    func everyCellLandsOnceOrTheTransferFailsAsDamaged(group: Int) {
        var (failures, repairs) = (0, 0)
        for seed in UInt64(group * 25)..<UInt64(group * 25 + 25) {
            var path = LossyPath(seed: seed)
            var index = 0
            while !path.receiver.hasLanded, !path.hasFailed, index < 20_000 {
                path.step(index, losing: index < 600)
                index += 1
            }
            repairs += path.resent
            if path.hasFailed {
                failures += 1
                #expect(path.damage > 0, "seed \(seed) failed without damage")
                continue
            }
            #expect(path.receiver.hasLanded, "seed \(seed) comes to no end")
            #expect(path.memory.count == (path.blocks - path.held) * 3, "seed \(seed)")
            #expect(path.receiver.landedBytes == path.sender.cutBytes, "seed \(seed)")
            _ = path.sender.hold(path.receiver.answer(now: .zero))
            #expect(path.sender.isAllSent, "seed \(seed)")
        }
        #expect(failures < 15 && repairs > 0, "\(failures) of 25 failed, \(repairs) chunks were repaired")
    }
}
