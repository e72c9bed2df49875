import ServingTypes

/// Holds keep blocks for their owners; pins keep memory for the lanes that read or write it.
extension BlockPool {
    /// Adds one hold to each block, which must be held or published already.
    public mutating func addHold(_ blocks: some Collection<BlockIndex>, _ reason: HoldReason) {
        for block in blocks {
            let record = records[position(block)]
            precondition(
                record.isHeld || record.entry != nil,
                "hold \(reason) on block \(block.rawValue), which is \(record.state)"
            )
            update(block) { $0[reason] += 1 }
        }
    }

    /// Replaces one hold of each block by another.
    public mutating func changeHold(
        _ blocks: some Collection<BlockIndex>,
        from old: HoldReason,
        to new: HoldReason
    ) {
        for block in blocks {
            checkHold(block, old)
            update(block) { record in
                record[old] -= 1
                record[new] += 1
            }
        }
    }

    /// Takes one hold from each block, the last block first.
    ///
    /// A block without holds becomes cached if it is published, quarantined while a lane pins it, and free
    /// otherwise. Going backwards makes the end of a sequence the first to be evicted.
    ///
    /// - Parameter evictedFirst: whether what stays cached gives way to what others left.
    public mutating func release(
        _ blocks: some BidirectionalCollection<BlockIndex>,
        _ reason: HoldReason,
        evictedFirst: Bool = false
    ) {
        for block in blocks.reversed() {
            checkHold(block, reason)
            update(block) { record in
                record[reason] -= 1
                record.isEvictedFirst = evictedFirst
            }
        }
    }

    /// Notes that a lane is about to read or write the blocks' memory; they must be held.
    ///
    /// A published block is never written.
    public mutating func pin(_ blocks: some Collection<BlockIndex>, _ access: PinAccess) {
        for block in blocks {
            let record = records[position(block)]
            precondition(record.isHeld, "pin of block \(block.rawValue), which is \(record.state)")
            precondition(
                access == .reading || record.entry == nil,
                "block \(block.rawValue) is published and must not be written"
            )
            update(block) { $0[access] += 1 }
        }
    }

    /// Notes that a lane is done with the blocks; a quarantined block leaves quarantine with its last pin.
    public mutating func unpin(_ blocks: some BidirectionalCollection<BlockIndex>, _ access: PinAccess) {
        for block in blocks.reversed() {
            let pinCount = records[position(block)][access]
            precondition(pinCount > 0, "block \(block.rawValue) has no pin for \(access)")
            update(block) { $0[access] -= 1 }
        }
    }

    private func checkHold(_ block: BlockIndex, _ reason: HoldReason) {
        let record = records[position(block)]
        precondition(
            record[reason] > 0,
            "block \(block.rawValue) has no hold \(reason), it is \(record.state)"
        )
    }
}
