import ServingTypes

/// The router's hint about which workers hold which KV blocks.
///
/// Workers are small dense numbers. Each known hash has one bit per worker, so a lookup is one table
/// probe and one AND per 64 workers and block. Memory per hash: 24 bytes of record, 8 bytes per 64 workers
/// and the hash table, 92 bytes in all as measured with a million hashes and eight workers.
///
/// At most ``hashLimit`` hashes are known. A new hash beyond that displaces the least recently used one,
/// for all its workers: "used" means inserted for any worker or found by a lookup, and a lookup counts a
/// prefix as used after what was built on it. What is forgotten costs a prefix hit, never a wrong answer.
public struct PrefixIndex: Sendable {
    private struct Entry {
        var hash: BlockHash
        var older: UInt32
        var newer: UInt32
    }

    private static let noLink = UInt32.max

    /// Most hashes that are remembered.
    public let hashLimit: Int

    private var slots: [BlockHash: UInt32] = [:]
    private var entries: [Entry] = []
    /// Which workers hold each entry: `[entry][wordCount]`, worker w is bit w % 64 of word w / 64.
    private var holders: [UInt64] = []
    private var wordCount = 1
    private var freeSlots: [UInt32] = []
    private var oldest = Self.noLink
    private var newest = Self.noLink

    /// Makes an empty index of at most `hashLimit` hashes, at least 1.
    public init(hashLimit: Int) {
        precondition((1..<Int(UInt32.max)).contains(hashLimit), "hashLimit is \(hashLimit)")
        self.hashLimit = hashLimit
    }

    /// Hashes known for at least one worker.
    public var hashCount: Int { slots.count }

    /// Notes that a worker holds a block; O(1).
    public mutating func insert(_ hash: BlockHash, worker: Int) {
        precondition(worker >= 0, "worker is \(worker)")
        widen(toHold: worker)
        let slot: UInt32
        if let known = slots[hash] {
            slot = known
            unlink(slot)
        } else {
            if slots.count == hashLimit { forget(oldest) }
            slot = makeSlot(for: hash)
        }
        linkAsNewest(slot)
        holders[word(slot, worker)] |= bit(worker)
    }

    /// Notes that a worker no longer holds a block.
    ///
    /// Without effect when that is not known; O(1).
    public mutating func remove(_ hash: BlockHash, worker: Int) {
        guard worker >= 0, worker / 64 < wordCount, let slot = slots[hash] else { return }
        clear(slot, worker)
    }

    /// Forgets everything about a worker; O(hashes).
    public mutating func removeAll(worker: Int) {
        guard worker >= 0, worker / 64 < wordCount else { return }
        var slot = oldest
        while slot != Self.noLink {
            let next = entries[Int(slot)].newer
            clear(slot, worker)
            slot = next
        }
    }

    /// Replaces everything known about a worker; O(hashes).
    public mutating func replace(worker: Int, hashes: some Sequence<BlockHash>) {
        removeAll(worker: worker)
        for hash in hashes { insert(hash, worker: worker) }
    }

    /// How many leading blocks of a sequence each worker holds, for those that hold any, by worker.
    ///
    /// O(blocks of the longest hit · workers / 64).
    public mutating func heldBlocks(of hashes: [BlockHash]) -> [(worker: Int, blocks: Int)] {
        var found: [UInt32] = []
        var active: [UInt64] = []
        var held: [(worker: Int, blocks: Int)] = []
        for hash in hashes {
            guard let slot = slots[hash] else { break }
            let start = Int(slot) * wordCount
            if found.isEmpty { active = Array(holders[start..<start + wordCount]) }
            var remaining: UInt64 = 0
            for index in 0..<wordCount {
                let kept = active[index] & holders[start + index]
                append(active[index] & ~kept, word: index, blocks: found.count, to: &held)
                active[index] = kept
                remaining |= kept
            }
            guard remaining != 0 else { break }
            found.append(slot)
        }
        for index in active.indices { append(active[index], word: index, blocks: found.count, to: &held) }
        for slot in found.reversed() {
            unlink(slot)
            linkAsNewest(slot)
        }
        return held.sorted { $0.worker < $1.worker }
    }

    private func append(
        _ workers: UInt64,
        word: Int,
        blocks: Int,
        to held: inout [(worker: Int, blocks: Int)]
    ) {
        var rest = workers
        while rest != 0 {
            held.append((worker: word * 64 + rest.trailingZeroBitCount, blocks: blocks))
            rest &= rest - 1
        }
    }

    private func word(_ slot: UInt32, _ worker: Int) -> Int { Int(slot) * wordCount + worker / 64 }

    private func bit(_ worker: Int) -> UInt64 { 1 << UInt64(worker % 64) }

    /// Makes room for a worker's bit in every entry.
    private mutating func widen(toHold worker: Int) {
        guard worker / 64 >= wordCount else { return }
        let newWordCount = max(worker / 64 + 1, 2 * wordCount)
        var wider = Array(repeating: UInt64(0), count: entries.count * newWordCount)
        for slot in entries.indices {
            for index in 0..<wordCount {
                wider[slot * newWordCount + index] = holders[slot * wordCount + index]
            }
        }
        (holders, wordCount) = (wider, newWordCount)
    }

    private mutating func makeSlot(for hash: BlockHash) -> UInt32 {
        let entry = Entry(hash: hash, older: Self.noLink, newer: Self.noLink)
        let slot: UInt32
        if let free = freeSlots.popLast() {
            slot = free
            entries[Int(slot)] = entry
        } else {
            slot = UInt32(entries.count)
            entries.append(entry)
            holders.append(contentsOf: repeatElement(0, count: wordCount))
        }
        slots[hash] = slot
        return slot
    }

    private mutating func clear(_ slot: UInt32, _ worker: Int) {
        holders[word(slot, worker)] &= ~bit(worker)
        let start = Int(slot) * wordCount
        if holders[start..<start + wordCount].allSatisfy({ $0 == 0 }) { forget(slot) }
    }

    /// Drops a hash for all workers.
    private mutating func forget(_ slot: UInt32) {
        unlink(slot)
        slots[entries[Int(slot)].hash] = nil
        for index in 0..<wordCount { holders[Int(slot) * wordCount + index] = 0 }
        freeSlots.append(slot)
    }

    private mutating func unlink(_ slot: UInt32) {
        let (older, newer) = (entries[Int(slot)].older, entries[Int(slot)].newer)
        if older == Self.noLink { oldest = newer } else { entries[Int(older)].newer = newer }
        if newer == Self.noLink { newest = older } else { entries[Int(newer)].older = older }
    }

    private mutating func linkAsNewest(_ slot: UInt32) {
        entries[Int(slot)].older = newest
        entries[Int(slot)].newer = Self.noLink
        if newest == Self.noLink { oldest = slot } else { entries[Int(newest)].newer = slot }
        newest = slot
    }
}
