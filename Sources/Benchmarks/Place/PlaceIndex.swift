internal import Foundation
internal import KVCache
internal import ServingTypes
internal import Transport

/// The router's prefix index at its full size.
struct PlaceIndex {
    private static let workers = 1_000
    /// Blocks of a prompt of 128k tokens.
    static let longPrompt = 8_192
    private static let longPrompts = 8
    private static let holdersPerLongPrompt = 200

    /// Resident bytes per block.
    let bytesPerBlock: Double
    /// How many workers hold a block, on average.
    let holdersPerBlock: Double
    /// Of one insertion, in nanoseconds.
    let insertion: Double
    private var index: PrefixIndex
    private var prompts: [[BlockHash]] = []

    /// Fills an index: prompts of 16 to 256 blocks, most held by one or two workers, some by up to eight.
    init(blocks: Int, seed: UInt64) throws {
        let process = ProcessInfo.processInfo.processIdentifier
        var chance = SplitMix64(seed: seed)
        let before = try ProcessMemory.current(of: process).resident
        let start = MonotonicClock.now
        let room = Self.longPrompts * Self.longPrompt
        index = PrefixIndex(hashLimit: blocks + room)
        var (insertions, added) = (0, 0)
        while added < blocks {
            let prompt = Self.prompt(chance.int(in: 16...256), &chance)
            let draw = chance.int(in: 0...99)
            let holders = draw < 40 ? 1 : draw < 85 ? 2 : draw < 95 ? 3 : chance.int(in: 4...8)
            for _ in 0..<holders {
                let worker = chance.int(in: 0...Self.workers - 1)
                for hash in prompt { index.insert(hash, worker: worker) }
            }
            insertions += holders * prompt.count
            added += prompt.count
        }
        insertion = Double((MonotonicClock.now - start).nanoseconds) / Double(insertions)
        let memory = try ProcessMemory.current(of: process).resident - before
        bytesPerBlock = Double(memory) / Double(index.hashCount)
        holdersPerBlock = Double(insertions) / Double(added)
        addLongPrompts(&chance)
    }

    /// Milliseconds of looking up prompts of so many blocks, each held to some depth by many workers.
    mutating func lookups(blocks: Int, count: Int) -> Distribution {
        let times = (0..<count).map { number in
            let prompt = Array(prompts[number % prompts.count].prefix(blocks))
            let start = MonotonicClock.now
            let held = index.heldBlocks(of: prompt)
            let elapsed = MonotonicClock.now - start
            precondition(held.contains { $0.blocks == blocks }, "the prompt is not in the index")
            return Double(elapsed.nanoseconds) / 1e6
        }
        return Distribution(times)
    }

    private mutating func addLongPrompts(_ chance: inout SplitMix64) {
        for _ in 0..<Self.longPrompts {
            let prompt = Self.prompt(Self.longPrompt, &chance)
            for _ in 0..<Self.holdersPerLongPrompt {
                let worker = chance.int(in: 0...Self.workers - 1)
                for hash in prompt.prefix(chance.int(in: 1...Self.longPrompt)) {
                    index.insert(hash, worker: worker)
                }
            }
            for hash in prompt { index.insert(hash, worker: 0) }
            prompts.append(prompt)
        }
    }

    private static func prompt(_ blocks: Int, _ chance: inout SplitMix64) -> [BlockHash] {
        (0..<blocks).map { _ in BlockHash(rawValue: Bytes128(high: chance.next(), low: chance.next())) }
    }
}
