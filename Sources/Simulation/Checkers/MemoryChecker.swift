import ServingCore
import ServingTypes

/// No memory is written while another uses it.
///
/// Lanes write only what no step and no other lane touches, the engine only what no lane reads or writes.
/// Each method returns what is wrong, or `nil`.
struct MemoryChecker: Sendable {
    private let blockCount: Int
    /// `[layer][block]`.
    private var laneWriters: [Int]
    private var laneReaders: [Int]
    /// `[block]`: how many of the steps in progress use it.
    private var stepUsers: [Int]

    init(layerCount: Int, blockCount: Int) {
        self.blockCount = blockCount
        laneWriters = Array(repeating: 0, count: layerCount * blockCount)
        laneReaders = laneWriters
        stepUsers = Array(repeating: 0, count: blockCount)
    }

    mutating func beginLaneWrite(_ chunk: KVChunk, _ blocks: [BlockIndex]) -> String? {
        guard blocks.count == chunk.blockCount else {
            return "\(chunk.blockCount) blocks are placed in \(blocks.count)"
        }
        for block in blocks where stepUsers[Int(block.rawValue)] > 0 {
            return "a lane writes block \(block.rawValue) for \(chunk.transfer) during a step that uses it"
        }
        for cell in cells(chunk, blocks) {
            guard laneWriters[cell] == 0, laneReaders[cell] == 0 else {
                return
                    "two lanes use block \(cell % blockCount), layer \(cell / blockCount), for \(chunk.transfer)"
            }
            laneWriters[cell] += 1
        }
        return nil
    }

    mutating func endLaneWrite(_ chunk: KVChunk, _ blocks: [BlockIndex]) {
        for cell in cells(chunk, blocks) { laneWriters[cell] -= 1 }
    }

    mutating func beginLaneRead(_ chunk: KVChunk, _ blocks: [BlockIndex]) -> String? {
        for cell in cells(chunk, blocks) {
            guard laneWriters[cell] == 0 else {
                return
                    "a lane sends block \(cell % blockCount) while another writes it, for \(chunk.transfer)"
            }
            laneReaders[cell] += 1
        }
        return nil
    }

    mutating func endLaneRead(_ chunk: KVChunk, _ blocks: [BlockIndex]) {
        for cell in cells(chunk, blocks) { laneReaders[cell] -= 1 }
    }

    mutating func beginStep(_ plan: StepPlan, blockTokens: Int) -> String? {
        for entry in plan.entries {
            for block in blocks(of: entry, blockTokens) {
                let index = Int(block.rawValue)
                for cell in stride(from: index, to: laneWriters.count, by: blockCount)
                where laneWriters[cell] > 0 {
                    return "a step computes \(entry.attempt) with block \(index), which a lane writes"
                }
                stepUsers[index] += 1
            }
        }
        return nil
    }

    func engineWrite(layer: Int, block: BlockIndex) -> String? {
        let cell = layer * blockCount + Int(block.rawValue)
        guard laneWriters[cell] == 0 else {
            return "engine and lane write block \(block.rawValue), layer \(layer)"
        }
        guard laneReaders[cell] == 0 else {
            return "the engine writes block \(block.rawValue), layer \(layer), which a lane sends"
        }
        // Sequences share cached blocks, which nobody writes: two steps, or two entries of one, may read them.
        guard stepUsers[Int(block.rawValue)] == 1 else {
            return "the engine writes block \(block.rawValue), which \(stepUsers[Int(block.rawValue)]) use"
        }
        return nil
    }

    mutating func endStep(_ plan: StepPlan, blockTokens: Int) {
        for entry in plan.entries {
            for block in blocks(of: entry, blockTokens) { stepUsers[Int(block.rawValue)] -= 1 }
        }
    }

    /// Blocks that an entry reads and writes.
    private func blocks(of entry: StepPlan.Entry, _ blockTokens: Int) -> [BlockIndex] {
        let length = entry.position - entry.droppedTokens + entry.tokens.count
        let used = (length + blockTokens - 1) / blockTokens
        return entry.table.prefix(used) + (entry.selection?.table ?? [])
    }

    private func cells(_ chunk: KVChunk, _ blocks: [BlockIndex]) -> [Int] {
        (chunk.firstLayer..<chunk.firstLayer + chunk.layerCount).flatMap { layer in
            blocks.map { layer * blockCount + Int($0.rawValue) }
        }
    }
}
