internal import CKernels
internal import ServingTypes

/// Some consecutive positions of one KV head of one layer of a sequence.
struct PagedRange {
    let table: [BlockIndex]
    let layer: Int
    let kvHead: Int
    let first: Int
    let count: Int
}

extension ForwardPass {
    /// Widens keys, and values unless `nil`, of a range into consecutive rows, block by block.
    func gather(
        _ range: PagedRange,
        keys: UnsafeMutablePointer<Float>,
        values: UnsafeMutablePointer<Float>?
    ) {
        let layout = engine.layout
        let type = ck_type(layout.type)
        var done = 0
        while done < range.count {
            let place = KVPlace(layout: layout, position: range.first + done)
            let count = min(layout.blockTokens - place.slot, range.count - done)
            let base = arena.pointer(layer: range.layer, block: range.table[place.block])
            let elements = count * layout.headDim
            kernels.widen(
                type,
                base + place.keyOffset(head: range.kvHead),
                keys + done * layout.headDim,
                elements
            )
            if let values {
                let from = base + place.valueOffset(head: range.kvHead)
                kernels.widen(type, from, values + done * layout.headDim, elements)
            }
            done += count
        }
    }
}
