import ServingTypes

/// Cached blocks from least to most recently released, linked through their records: every step is O(1).
struct EvictionList: Sendable {
    private var head = BlockRecord.noLink
    private var tail = BlockRecord.noLink

    /// The block to evict next.
    var first: BlockIndex? { head == BlockRecord.noLink ? nil : BlockIndex(rawValue: head) }

    /// Makes a block the last to be evicted.
    mutating func append(_ block: BlockIndex, in records: inout [BlockRecord]) {
        let index = block.rawValue
        records[Int(index)].previous = tail
        records[Int(index)].next = BlockRecord.noLink
        if tail == BlockRecord.noLink {
            head = index
        } else {
            records[Int(tail)].next = index
        }
        tail = index
    }

    /// Takes out a block that is in the list.
    mutating func remove(_ block: BlockIndex, in records: inout [BlockRecord]) {
        let (previous, next) = (records[Int(block.rawValue)].previous, records[Int(block.rawValue)].next)
        if previous == BlockRecord.noLink {
            head = next
        } else {
            records[Int(previous)].next = next
        }
        if next == BlockRecord.noLink {
            tail = previous
        } else {
            records[Int(next)].previous = previous
        }
        records[Int(block.rawValue)].previous = BlockRecord.noLink
        records[Int(block.rawValue)].next = BlockRecord.noLink
    }

    /// The blocks in eviction order, or `nil` when the links are broken; O(blocks).
    func walked(in records: [BlockRecord]) -> [BlockIndex]? {
        var (blocks, previous, current): ([BlockIndex], UInt32, UInt32) = ([], BlockRecord.noLink, head)
        while current != BlockRecord.noLink {
            guard blocks.count < records.count, records[Int(current)].previous == previous else { return nil }
            blocks.append(BlockIndex(rawValue: current))
            (previous, current) = (current, records[Int(current)].next)
        }
        return previous == tail ? blocks : nil
    }
}
