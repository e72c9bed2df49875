import ServingTypes

/// Questions about prompts.
extension PrefixIndex {
    /// Blocks whose buckets and entries are read before the first of them is needed, so that the reads overlap: at
    /// first, as most prompts go on in entries side by side, and at most.
    private static let (fewSteps, mostSteps) = (8, 64)

    /// How long a hit each worker still has while a prompt's blocks are walked.
    private struct Walk {
        /// Workers that held every block so far.
        var active: [UInt64]
        /// Who held the block before this one: a superset of those.
        var latest = PrefixHolders()
        /// The last two entries; equal at first.
        var entry = 0
        var before = 0
        var blocks = 0
        var held: [(worker: Int, blocks: Int)] = []

        /// Ends the hits of all active workers that are not in `kept`; says whether any is left.
        mutating func keep(word index: Int, _ kept: UInt64) -> Bool {
            var ended = active[index] & ~kept
            active[index] &= kept
            while ended != 0 {
                held.append((worker: index * 64 + ended.trailingZeroBitCount, blocks: blocks))
                ended &= ended - 1
            }
            return active[index] != 0
        }
    }

    /// A block on its way through a batch.
    private struct Step {
        var fingerprint: UInt64 = 0
        var bucket = 0
        /// The entry that may be the block's, and what it says; -1 when nobody holds the block.
        var entry = -1
        var found = Entry(fingerprint: 0, holders: PrefixHolders())
    }

    /// How many leading blocks of a sequence each worker holds, for those that hold any, by worker.
    ///
    /// O(blocks of the longest hit · workers / 64). Blocks that came one after another stand side by side, so that
    /// mostly only one of many is looked up in the table.
    public mutating func heldBlocks(of hashes: [BlockHash]) -> [(worker: Int, blocks: Int)] {
        guard !table.isEmpty else { return [] }
        var walk = Walk(active: Array(repeating: 0, count: wordCount))
        var steps = Array(repeating: Step(), count: min(Self.mostSteps, hashes.count))
        var (start, batch) = (0, Self.fewSteps)
        walking: while start < hashes.count {
            let count = min(batch, hashes.count - start)
            read(hashes, from: start, count: count, into: &steps)
            for index in 0..<count {
                guard advance(&walk, steps[index]) else { break walking }
            }
            start += count
            while start < hashes.count, let next = neighbour(walk, Self.fingerprint(hashes[start])) {
                guard advance(&walk, next, entries[next].holders) else { break walking }
                start += 1
            }
            batch = min(2 * batch, Self.mostSteps)
        }
        for index in walk.active.indices { _ = walk.keep(word: index, 0) }
        return walk.held.sorted { $0.worker < $1.worker }
    }

    /// The entry as far from the last one as that is from the one before, if it is the block's.
    @inline(__always) private func neighbour(_ walk: Walk, _ fingerprint: UInt64) -> Int? {
        let entry = 2 * walk.entry - walk.before
        guard entry != walk.entry, entries.indices.contains(entry),
            entries[entry].fingerprint == fingerprint, !entries[entry].holders.isEmpty
        else { return nil }
        return entry
    }

    /// Finds the entries of some blocks; nothing but the end of a loop waits for what is read.
    private func read(_ hashes: [BlockHash], from start: Int, count: Int, into steps: inout [Step]) {
        var sum: UInt32 = 0
        for index in 0..<count {
            let fingerprint = Self.fingerprint(hashes[start + index])
            let bucket = bucket(fingerprint)
            steps[index].fingerprint = fingerprint
            steps[index].bucket = bucket
            sum |= table[bucket]
        }
        guard sum != 0 else {
            for index in 0..<count { steps[index].entry = -1 }
            return
        }
        for index in 0..<count {
            let entry = probe(&steps[index].bucket, tag: tag(steps[index].fingerprint)) ?? -1
            steps[index].entry = entry
            steps[index].found = entries[max(0, entry)]
        }
    }

    /// Goes on to a block that was read; `false` when nobody holds it and all before it.
    @inline(__always) private mutating func advance(_ walk: inout Walk, _ step: Step) -> Bool {
        guard step.entry >= 0 else { return false }
        if step.found.fingerprint == step.fingerprint {
            return advance(&walk, step.entry, step.found.holders)
        }
        // Another one with the same tag: once in hundreds.
        guard let entry = find(step.fingerprint) else { return false }
        return advance(&walk, entry, entries[entry].holders)
    }

    @inline(__always) private mutating func advance(
        _ walk: inout Walk,
        _ entry: Int,
        _ holders: PrefixHolders
    ) -> Bool {
        if walk.blocks == 0 {
            for worker in self.holders(of: entry) { walk.active[worker / 64] |= 1 << UInt64(worker % 64) }
        } else if !holders.names(sameAs: walk.latest) {
            guard keep(&walk, holders) else { return false }
        }
        if !holders.isUsed { entries[entry].holders.isUsed = true }
        (walk.entry, walk.before) = (entry, walk.blocks == 0 ? entry : walk.entry)
        walk.latest = holders
        walk.blocks += 1
        return true
    }

    @inline(__always) private func keep(_ walk: inout Walk, _ holders: PrefixHolders) -> Bool {
        guard let set = holders.set else { return keepInline(&walk, holders) }
        // From one block to the next the holders hardly change: mostly this only reads.
        let start = Int(set) * wordCount
        var ended: UInt64 = 0
        for index in 0..<wordCount { ended |= walk.active[index] & ~sets[start + index] }
        return ended == 0 || keepSet(&walk, start)
    }

    private func keepSet(_ walk: inout Walk, _ start: Int) -> Bool {
        var remains = false
        for index in 0..<wordCount where walk.keep(word: index, sets[start + index]) { remains = true }
        return remains
    }

    private func keepInline(_ walk: inout Walk, _ holders: PrefixHolders) -> Bool {
        var remains = false
        for index in 0..<wordCount where walk.active[index] != 0 {
            var kept: UInt64 = 0
            holders.forEachInline { if $0 / 64 == index { kept |= 1 << UInt64($0 % 64) } }
            if walk.keep(word: index, kept) { remains = true }
        }
        return remains
    }
}
