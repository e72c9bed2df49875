/// Merges neighbouring symbols in order of rank, then from left to right, until no pair has an entry.
///
/// Both kinds of vocabulary reduce to this: the table maps a pair to `rank << 32 | merged symbol`. Short
/// words are searched directly, long ones through a heap: O(n log n) whatever the text. Buffers are reused.
struct PairMerger {
    private static let shortWord = 40

    private var pairs: [UInt64] = []
    private var next: [Int32] = []
    private var previous: [Int32] = []
    private var queue = MergeQueue()

    /// Merges `symbols` in place.
    mutating func merge(_ symbols: inout [UInt32], by table: PairTable) {
        guard symbols.count > 1 else { return }
        if symbols.count <= Self.shortWord {
            mergeShort(&symbols, by: table)
        } else {
            mergeLong(&symbols, by: table)
        }
    }

    private mutating func mergeShort(_ symbols: inout [UInt32], by table: PairTable) {
        var count = symbols.count
        pairs.removeAll(keepingCapacity: true)
        for index in 1..<count { pairs.append(table[symbols[index - 1], symbols[index]]) }
        let merged = symbols.withUnsafeMutableBufferPointer { symbols in
            pairs.withUnsafeMutableBufferPointer { pairs in
                while let index = Self.lowest(pairs, count - 1) {
                    symbols[index] = UInt32(truncatingIfNeeded: pairs[index])
                    count -= 1
                    for later in index + 1..<max(index + 1, count) { symbols[later] = symbols[later + 1] }
                    for later in index..<max(index, count - 1) { pairs[later] = pairs[later + 1] }
                    if index > 0 { pairs[index - 1] = table[symbols[index - 1], symbols[index]] }
                    if index + 1 < count { pairs[index] = table[symbols[index], symbols[index + 1]] }
                }
                return count
            }
        }
        symbols.removeLast(symbols.count - merged)
    }

    /// The leftmost pair of lowest rank; equal ranks may stand for different pairs.
    @inline(__always)
    private static func lowest(_ pairs: UnsafeMutableBufferPointer<UInt64>, _ count: Int) -> Int? {
        var lowest = PairTable.none >> 32
        var found: Int?
        for index in 0..<max(0, count) where pairs[index] >> 32 < lowest {
            lowest = pairs[index] >> 32
            found = index
        }
        return found
    }

    private mutating func mergeLong(_ symbols: inout [UInt32], by table: PairTable) {
        let count = symbols.count
        precondition(count < Int(Int32.max), "a text of \(count) symbols in one piece")
        next = (0..<Int32(count)).map { $0 + 1 }
        previous = (0..<Int32(count)).map { $0 - 1 }
        pairs = Array(repeating: PairTable.none, count: count)
        queue.removeAll()
        for index in 0..<count - 1 { enqueue(index, table[symbols[index], symbols[index + 1]]) }
        while let word = queue.pop() {
            let left = Int(UInt32(truncatingIfNeeded: word))
            // An entry is stale when its pair has changed since; the current pair then has its own entry.
            guard pairs[left] != PairTable.none, pairs[left] >> 32 == word >> 32 else { continue }
            let right = Int(next[left])
            symbols[left] = UInt32(truncatingIfNeeded: pairs[left])
            pairs[right] = PairTable.none
            next[left] = next[right]
            next[right] = -1
            if Int(next[left]) < count {
                previous[Int(next[left])] = Int32(left)
                enqueue(left, table[symbols[left], symbols[Int(next[left])]])
            } else {
                pairs[left] = PairTable.none
            }
            if left > 0 {
                let before = Int(previous[left])
                enqueue(before, table[symbols[before], symbols[left]])
            }
        }
        compact(&symbols)
    }

    private mutating func enqueue(_ left: Int, _ pair: UInt64) {
        pairs[left] = pair
        if pair != PairTable.none { queue.push((pair & ~0xFFFF_FFFF) | UInt64(left)) }
    }

    private func compact(_ symbols: inout [UInt32]) {
        var kept = 0
        var index = 0
        while index < symbols.count {
            symbols[kept] = symbols[index]
            kept += 1
            index = Int(next[index])
        }
        symbols.removeLast(symbols.count - kept)
    }
}
