/// Distinct keys in rising order, in chunks, so that no insertion moves more than a chunk.
///
/// The first and the last key cost O(1), an insertion or removal O(log count) comparisons and at most 256
/// moved keys.
struct SortedKeys<Key: Comparable & Sendable>: Sendable {
    private static var chunkLimit: Int { 256 }

    /// None is empty; every key of one is below every key of the next.
    private var chunks: [[Key]] = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var first: Key? { chunks.first?.first }
    var last: Key? { chunks.last?.last }

    /// The first keys, at most `limit`.
    func prefix(_ limit: Int) -> [Key] {
        var keys: [Key] = []
        for chunk in chunks {
            guard keys.count < limit else { break }
            keys += chunk.prefix(limit - keys.count)
        }
        return keys
    }

    /// Adds a key that is not there yet.
    mutating func insert(_ key: Key) {
        count += 1
        guard !chunks.isEmpty else {
            chunks = [[key]]
            return
        }
        let index = chunk(of: key)
        let position = Self.position(of: key, in: chunks[index])
        chunks[index].insert(key, at: position)
        guard chunks[index].count > Self.chunkLimit else { return }
        let half = chunks[index].count / 2
        chunks.insert(Array(chunks[index][half...]), at: index + 1)
        chunks[index].removeLast(chunks[index].count - half)
    }

    /// Removes a key that is there.
    mutating func remove(_ key: Key) {
        precondition(!chunks.isEmpty, "there is no key to remove")
        let index = chunk(of: key)
        let position = Self.position(of: key, in: chunks[index])
        precondition(position < chunks[index].count && chunks[index][position] == key, "no such key: \(key)")
        count -= 1
        chunks[index].remove(at: position)
        if chunks[index].isEmpty { chunks.remove(at: index) }
    }

    /// The last chunk that does not begin after the key, or the first.
    private func chunk(of key: Key) -> Int {
        var (low, high) = (0, chunks.count)
        while low < high {
            let middle = (low + high) / 2
            if key < chunks[middle][0] { high = middle } else { low = middle + 1 }
        }
        return max(0, low - 1)
    }

    private static func position(of key: Key, in chunk: [Key]) -> Int {
        var (low, high) = (0, chunk.count)
        while low < high {
            let middle = (low + high) / 2
            if chunk[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
