import ServingTypes

/// A simulated KV arena: one tag per layer, block and token.
struct KVMemory: Sendable {
    /// What a cell holds while a lane writes it: no tag of any content.
    static let poison: UInt64 = 0xdead_dead_dead_dead

    let layout: KVLayout
    let blockCount: Int
    /// `[layer][block][token]`; 0 where nothing was written since boot.
    private var tags: [UInt64]

    init(layout: KVLayout, blockCount: Int) {
        self.layout = layout
        self.blockCount = blockCount
        tags = Array(repeating: 0, count: layout.layerCount * blockCount * layout.blockTokens)
    }

    /// The tag at one index of a sequence's cache.
    subscript(layer: Int, index: Int, table: [BlockIndex]) -> UInt64 {
        get { tags[cell(layer, table[index / layout.blockTokens]) + index % layout.blockTokens] }
        set { tags[cell(layer, table[index / layout.blockTokens]) + index % layout.blockTokens] = newValue }
    }

    /// The content of a chunk, layer by layer and block by block.
    func read(_ chunk: KVChunk, blocks: [BlockIndex]) -> [UInt64] {
        cells(of: chunk, blocks).flatMap { tags[$0..<$0 + layout.blockTokens] }
    }

    /// Writes the content of a chunk; what comes out of a lossy codec says so.
    mutating func write(_ chunk: KVChunk, blocks: [BlockIndex], content: [UInt64]) {
        let mark = chunk.codec.isLossy ? TokenModel.lossyBit : 0
        for (index, start) in cells(of: chunk, blocks).enumerated() {
            for offset in 0..<layout.blockTokens {
                tags[start + offset] = content[index * layout.blockTokens + offset] | mark
            }
        }
    }

    mutating func poison(_ chunk: KVChunk, blocks: [BlockIndex]) {
        for start in cells(of: chunk, blocks) {
            for offset in 0..<layout.blockTokens { tags[start + offset] = Self.poison }
        }
    }

    private func cells(of chunk: KVChunk, _ blocks: [BlockIndex]) -> [Int] {
        (chunk.firstLayer..<chunk.firstLayer + chunk.layerCount).flatMap { layer in
            blocks.map { cell(layer, $0) }
        }
    }

    private func cell(_ layer: Int, _ block: BlockIndex) -> Int {
        (layer * blockCount + Int(block.rawValue)) * layout.blockTokens
    }
}
