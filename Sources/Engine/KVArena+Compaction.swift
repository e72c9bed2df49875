internal import ServingTypes

extension KVArena {
    /// Copies one KV head's keys and values of some positions side by side into other blocks.
    ///
    /// Zeroes the rest of the last block, so that its bytes are a function of the kept tokens.
    /// - Parameters:
    ///   - positions: cache indices in `table`, in the order in which they are to lie in `target`.
    ///   - target: `[⌈positions / blockTokens⌉]` blocks at least, none of them in `table`.
    func compact(layer: Int, kvHead: Int, positions: [Int], from table: [BlockIndex], to target: [BlockIndex])
    {
        let tokenBytes = layout.headDim * layout.type.elementBytes
        for (index, position) in positions.enumerated() {
            let (old, new) = (
                KVPlace(layout: layout, position: position), KVPlace(layout: layout, position: index)
            )
            let from = pointer(layer: layer, block: table[old.block])
            let to = pointer(layer: layer, block: target[new.block])
            (to + new.keyOffset(head: kvHead))
                .copyMemory(from: from + old.keyOffset(head: kvHead), byteCount: tokenBytes)
            (to + new.valueOffset(head: kvHead))
                .copyMemory(from: from + old.valueOffset(head: kvHead), byteCount: tokenBytes)
        }
        let end = KVPlace(layout: layout, position: positions.count)
        guard end.slot > 0 else { return }
        let last = pointer(layer: layer, block: target[end.block])
        let byteCount = (layout.blockTokens - end.slot) * tokenBytes
        for offset in [end.keyOffset(head: kvHead), end.valueOffset(head: kvHead)] {
            (last + offset).initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        }
    }
}
