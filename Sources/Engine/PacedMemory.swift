internal import CKernels
internal import ServingTypes

/// How the paced engine lays its state into KV blocks, and finds it again.
///
/// Each (layer, K or V, head) piece of a token repeats the token's state under a tag of layer and piece, so
/// that a block at the wrong layer, place or request differs in every word.
struct PacedMemory {
    let arena: KVArena

    private var layout: KVLayout { arena.layout }
    private var pieceCount: Int { 2 * layout.kvHeadCount }
    private var pieceBytes: Int { layout.headDim * layout.type.elementBytes }

    /// Writes one layer of consecutive positions, given the halves of each one's state, low first.
    func write(_ words: [UInt64], layer: Int, position: Int, table: [BlockIndex]) {
        let tokens = words.count / 2
        var done = 0
        while done < tokens {
            let (block, slot) = (position + done).quotientAndRemainder(dividingBy: layout.blockTokens)
            let count = min(layout.blockTokens - slot, tokens - done)
            let segment = arena.pointer(layer: layer, block: table[block])
            words.withUnsafeBufferPointer { words in
                guard let words = words.baseAddress else { return }
                ck_paced_write(
                    segment,
                    pieceCount,
                    layout.blockTokens,
                    pieceBytes,
                    slot,
                    count,
                    words + 2 * done,
                    UInt64(layer)
                )
            }
            done += count
        }
    }

    /// The state after the token at `position`, as its first layer holds it.
    func state(at position: Int, table: [BlockIndex]) -> PacedState {
        let (block, slot) = position.quotientAndRemainder(dividingBy: layout.blockTokens)
        let segment = arena.pointer(layer: 0, block: table[block])
        let offset = slot * pieceBytes
        let tag = ck_paced_tag(0, 0)
        return PacedState(
            low: segment.load(fromByteOffset: offset, as: UInt64.self) ^ tag,
            high: segment.load(fromByteOffset: offset + 8, as: UInt64.self) ^ tag
        )
    }

    /// Mixes one word of every full block before `position` into `state`.
    ///
    /// Layer, head, token and word rotate with the position, so that successive steps visit all of a block.
    /// - Complexity: O(blocks).
    func attend(_ state: PacedState, at position: Int, table: [BlockIndex]) -> PacedState {
        var state = state
        for block in 0..<position / layout.blockTokens {
            let turn = position + block * 7
            let layer = turn % layout.layerCount
            let piece = turn / layout.layerCount % pieceCount
            let slot = (position + block * 3) % layout.blockTokens
            let word = turn % (pieceBytes / 8)
            let offset = (piece * layout.blockTokens + slot) * pieceBytes + word * 8
            let segment = arena.pointer(layer: layer, block: table[block])
            state = state.absorbing(segment.load(fromByteOffset: offset, as: UInt64.self))
        }
        return state
    }
}
