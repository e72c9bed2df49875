import ServingTypes

/// Questions about prompts.
extension PrefixIndex {
    /// Blocks whose buckets are read before the first of them is needed, so that the reads overlap.
    private static let batch = 32

    /// How long a hit each worker still has while a prompt's blocks are walked.
    private struct Walk {
        /// Workers that held every block so far.
        var active: [UInt64]
        /// Who held the block before this one: a superset of those.
        var latest = PrefixHolders()
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

    /// How many leading blocks of a sequence each worker holds, for those that hold any, by worker.
    ///
    /// O(blocks of the longest hit · workers / 64); a block that the same few workers hold as the one before it
    /// costs two reads.
    public mutating func heldBlocks(of hashes: [BlockHash]) -> [(worker: Int, blocks: Int)] {
        guard !table.isEmpty else { return [] }
        var walk = Walk(active: Array(repeating: 0, count: wordCount))
        var found = Array(repeating: UInt32(0), count: Self.batch)
        var start = 0
        walking: while start < hashes.count {
            let count = min(Self.batch, hashes.count - start)
            for index in 0..<count { found[index] = table[bucket(Self.fingerprint(hashes[start + index]))] }
            for index in 0..<count {
                let fingerprint = Self.fingerprint(hashes[start + index])
                guard let entry = entry(of: fingerprint, guess: found[index]), step(&walk, entry) else {
                    break walking
                }
            }
            start += count
        }
        for index in walk.active.indices { _ = walk.keep(word: index, 0) }
        return walk.held.sorted { $0.worker < $1.worker }
    }

    private func entry(of fingerprint: UInt64, guess: UInt32) -> Int? {
        guard guess != 0 else { return nil }
        let entry = Int(guess) - 1
        return entries[entry].fingerprint == fingerprint ? entry : find(fingerprint)
    }

    /// Goes on to a block that is known; `false` when nobody holds it and all before it.
    private mutating func step(_ walk: inout Walk, _ entry: Int) -> Bool {
        let holders = entries[entry].holders
        if walk.blocks == 0 {
            for worker in self.holders(of: entry) { walk.active[worker / 64] |= 1 << UInt64(worker % 64) }
        } else if !holders.names(sameAs: walk.latest) {
            guard keep(&walk, holders) else { return false }
        }
        entries[entry].holders.isUsed = true
        walk.latest = holders
        walk.blocks += 1
        return true
    }

    private func keep(_ walk: inout Walk, _ holders: PrefixHolders) -> Bool {
        var remains = false
        for index in 0..<wordCount where walk.active[index] != 0 {
            var kept: UInt64 = 0
            if let set = holders.set {
                kept = sets[Int(set) * wordCount + index]
            } else {
                holders.forEachInline { if $0 / 64 == index { kept |= 1 << UInt64($0 % 64) } }
            }
            if walk.keep(word: index, kept) { remains = true }
        }
        return remains
    }
}
