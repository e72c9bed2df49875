internal import Engine
internal import ServingTypes

extension KVArena {
    /// The memory of a chunk's rectangle, layer by layer and block by block.
    func segments(of chunk: KVChunk, blocks: [BlockIndex]) -> [UnsafeMutableRawBufferPointer] {
        var segments: [UnsafeMutableRawBufferPointer] = []
        segments.reserveCapacity(chunk.layerCount * blocks.count)
        for layer in chunk.firstLayer..<chunk.firstLayer + chunk.layerCount {
            for block in blocks { segments.append(segment(layer: layer, block: block)) }
        }
        return segments
    }
}
