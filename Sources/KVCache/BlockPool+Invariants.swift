import ServingTypes

/// Recounts everything that is otherwise maintained step by step.
extension BlockPool {
    /// The first contradiction found in the pool's books, or `nil`; O(blockCount).
    ///
    /// For checkers and tests: no error of a caller can make it non-`nil`.
    public func checkInvariants() -> String? {
        checkCounts() ?? checkFreeBlocks() ?? checkEvictable() ?? checkPublished() ?? checkChanges()
    }

    private func checkCounts() -> String? {
        var recounted = BlockGauges()
        for record in records { recounted[record.state] += 1 }
        guard counts == recounted else { return "counts are \(counts), recounted \(recounted)" }
        return counts.total == blockCount ? nil : "\(counts.total) blocks counted of \(blockCount)"
    }

    private func checkFreeBlocks() -> String? {
        guard freeBlocks.count == counts.free, Set(freeBlocks).count == freeBlocks.count else {
            return "free list has \(freeBlocks.count) blocks, \(counts.free) are free"
        }
        let stranger = freeBlocks.first { records[position($0)].state != .free }
        return stranger.map { "free list has block \($0.rawValue), which is \(records[position($0)].state)" }
    }

    private func checkEvictable() -> String? {
        guard let first = evictedFirst.walked(in: records), let rest = evictable.walked(in: records) else {
            return "eviction list is broken"
        }
        if first.contains(where: { !records[position($0)].isEvictedFirst })
            || rest.contains(where: { records[position($0)].isEvictedFirst })
        {
            return "a block is in the wrong eviction list"
        }
        let blocks = first + rest
        guard blocks.count == counts.cached else {
            return "eviction list has \(blocks.count) blocks, \(counts.cached) are cached"
        }
        let stranger = blocks.first { records[position($0)].state != .cached }
        return stranger.map { "eviction list has block \($0.rawValue), which is not cached" }
    }

    private func checkPublished() -> String? {
        var publishedCount = 0
        for (index, record) in records.enumerated() {
            guard let entry = record.entry else { continue }
            publishedCount += 1
            guard published[entry.hash]?.rawValue == UInt32(index) else {
                return "block \(index) has hash \(entry.hash), which is another block's"
            }
            if record.writingPins > 0 { return "published block \(index) is being written" }
        }
        return publishedCount == published.count
            ? nil : "\(published.count) hashes are published by \(publishedCount) blocks"
    }

    private func checkChanges() -> String? {
        let culprit = changeLog.contradiction { heldPrefix(hashes: [$0]) == 1 }
        return culprit.map { "the change noted for block hash \($0) is not so" }
    }
}
