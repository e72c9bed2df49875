import ServingTypes

/// The router's hint about which workers hold which KV blocks.
///
/// Workers are small dense numbers, below 65,535. A block is known by 64 bits of its hash: two blocks that
/// agree in them are taken for one, which costs a wrong guess once in 2⁶⁴ pairs and never a wrong answer.
///
/// ```
/// hash ─▶ table [5 bytes per hash] ─▶ entry [16 bytes: fingerprint, up to 3 workers, or a set] ─▶ set [bit per worker]
/// worker ─▶ list of entries [4 to 8 bytes per worker that holds a block]
/// ```
/// That is 46 bytes per block as measured with 1.9 holders each, over a thousand workers of which some hold what four
/// to eight do; a block with more than three holders has a set of one bit per worker.
///
/// At most ``hashLimit`` hashes are known. A new hash beyond that displaces another one for all its workers: the
/// one that came first of those that were not used since they were last passed over; "used" means inserted again
/// or found by a lookup. As blocks of a prompt come one after another, so they go, and few prompts are cut short.
/// What is forgotten costs a prefix hit, never a wrong answer.
public struct PrefixIndex: Sendable {
    /// One hash; free when nobody holds it.
    struct Entry: Sendable {
        var fingerprint: UInt64
        var holders: PrefixHolders
    }

    /// Entries that are spared in a row: bounds what one insertion may take.
    private static let sparedLimit = 1_024

    /// Most hashes that are remembered.
    public let hashLimit: Int

    var entries: [Entry] = []
    /// Entry number plus 1 by bucket, 0 where none is: open addressing, linear probing.
    ///
    /// The bits that no number needs hold as many of the fingerprint, so that hardly any entry is read but the
    /// one that is sought. As large as it ever gets from the first insertion on, so that no insertion has to move it.
    var table: [UInt32] = []
    /// The bits of a bucket that hold the number.
    let numberMask: UInt32
    /// One bit per worker for entries with many holders: `[set][wordCount]`, worker w is bit w % 64 of word w / 64.
    var sets: [UInt64] = []
    var wordCount = 1
    var freeSets: [UInt32] = []
    private var freeEntries: [UInt32] = []
    /// Entries by worker; some may be there twice or be another hash's by now.
    private var lists: [[UInt32]] = []
    /// Blocks that each worker holds.
    private var heldCounts: [Int] = []
    /// The entry that is looked at next when one must go.
    private var hand = 0

    /// Makes an empty index of at most `hashLimit` hashes, at least 1.
    public init(hashLimit: Int) {
        precondition((1..<Int(UInt32.max)).contains(hashLimit), "hashLimit is \(hashLimit)")
        self.hashLimit = hashLimit
        numberMask = UInt32.max >> UInt32(UInt32(hashLimit).leadingZeroBitCount)
    }

    /// Hashes known for at least one worker.
    public var hashCount: Int { entries.count - freeEntries.count }

    /// Notes that a worker holds a block; O(1).
    public mutating func insert(_ hash: BlockHash, worker: Int) {
        precondition((0...PrefixHolders.maxWorker).contains(worker), "worker is \(worker)")
        makeRoom(for: worker)
        let fingerprint = Self.fingerprint(hash)
        let entry: Int
        if let known = find(fingerprint) {
            entry = known
            entries[entry].holders.isUsed = true
            guard !holds(entry, worker) else { return }
        } else {
            if hashCount == hashLimit { forgetOne() }
            entry = makeEntry(fingerprint)
        }
        addHolder(worker, to: entry)
        heldCounts[worker] += 1
        if lists[worker].count > 2 * heldCounts[worker] + 64 { compact(worker) }
        lists[worker].append(UInt32(entry))
    }

    /// Notes that a worker no longer holds a block.
    ///
    /// Without effect when that is not known; O(1).
    public mutating func remove(_ hash: BlockHash, worker: Int) {
        guard heldCounts.indices.contains(worker), let entry = find(Self.fingerprint(hash)) else { return }
        clear(entry, worker)
    }

    /// Forgets everything about a worker; O(blocks that it holds).
    public mutating func removeAll(worker: Int) {
        guard lists.indices.contains(worker) else { return }
        let list = lists[worker]
        lists[worker] = []
        for entry in list { clear(Int(entry), worker) }
    }

    /// Replaces everything known about a worker; O(blocks that it held and holds).
    public mutating func replace(worker: Int, hashes: some Sequence<BlockHash>) {
        removeAll(worker: worker)
        for hash in hashes { insert(hash, worker: worker) }
    }

    /// Makes room for what is kept by worker.
    private mutating func makeRoom(for worker: Int) {
        guard worker >= lists.count else { return }
        let missing = worker + 1 - lists.count
        lists.append(contentsOf: repeatElement([], count: missing))
        heldCounts.append(contentsOf: repeatElement(0, count: missing))
        widenSets(toHold: worker)
    }

    /// Drops what the list of a worker says twice or wrongly.
    private mutating func compact(_ worker: Int) {
        var list = lists[worker]
        lists[worker] = []
        list.sort()
        var kept = 0
        for position in list.indices {
            let entry = list[position]
            guard kept == 0 || list[kept - 1] != entry, holds(Int(entry), worker) else { continue }
            list[kept] = entry
            kept += 1
        }
        list.removeSubrange(kept...)
        lists[worker] = list
    }

    private mutating func makeEntry(_ fingerprint: UInt64) -> Int {
        let entry = Entry(fingerprint: fingerprint, holders: PrefixHolders())
        let number: Int
        if let free = freeEntries.popLast() {
            number = Int(free)
            entries[number] = entry
        } else {
            number = entries.count
            if number == entries.capacity {
                entries.reserveCapacity(min(hashLimit, max(1_024, number + number / 2)))
            }
            entries.append(entry)
        }
        link(number)
        return number
    }

    private mutating func clear(_ entry: Int, _ worker: Int) {
        guard holds(entry, worker) else { return }
        removeHolder(worker, from: entry)
        heldCounts[worker] -= 1
        if entries[entry].holders.isEmpty { free(entry) }
    }

    /// Drops the next hash that nobody used for a while, for all its workers.
    private mutating func forgetOne() {
        var spared = 0
        while entries[hand].holders.isUsed, spared < Self.sparedLimit {
            entries[hand].holders.isUsed = false
            spared += 1
            advance()
        }
        for worker in holders(of: hand) { heldCounts[worker] -= 1 }
        dropHolders(of: hand)
        free(hand)
        advance()
    }

    private mutating func advance() { hand = hand + 1 < entries.count ? hand + 1 : 0 }

    private mutating func free(_ entry: Int) {
        unlink(entry)
        entries[entry].holders = PrefixHolders()
        freeEntries.append(UInt32(entry))
    }
}
