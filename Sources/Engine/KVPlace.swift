internal import ServingTypes

/// Where the keys and values of a cache index lie: which entry of the block table, and where in its segment.
struct KVPlace {
    private let layout: KVLayout
    /// Index into the block table.
    let block: Int
    /// Token within the block.
    let slot: Int

    /// The place of a cache index.
    init(layout: KVLayout, position: Int) {
        self.layout = layout
        (block, slot) = position.quotientAndRemainder(dividingBy: layout.blockTokens)
    }

    /// Byte offset of a head's keys in the segment; the following tokens of the block follow.
    func keyOffset(head: Int) -> Int {
        (head * layout.blockTokens + slot) * layout.headDim * layout.type.elementBytes
    }

    /// Byte offset of a head's values in the segment; the following tokens of the block follow.
    func valueOffset(head: Int) -> Int { keyOffset(head: layout.kvHeadCount + head) }
}
