/// Shape of the KV cache, equal on all workers that exchange blocks.
///
/// A worker's arena is `[layer][block][K|V][kv head][token][head dim]`, so that one layer of one block
/// is contiguous: the unit that lanes read and write in place.
public struct KVLayout: Hashable, Sendable, CustomStringConvertible {
    /// Transformer layers, at least 1.
    public var layerCount: Int
    /// KV heads per layer, at least 1.
    public var kvHeadCount: Int
    /// Elements per head, at least 1.
    public var headDim: Int
    /// Number format of an element.
    public var type: KVType
    /// Tokens per block: a power of two.
    public var blockTokens: Int

    /// Describes a cache; every count must be positive and `blockTokens` a power of two.
    public init(layerCount: Int, kvHeadCount: Int, headDim: Int, type: KVType, blockTokens: Int) {
        precondition(layerCount > 0 && kvHeadCount > 0 && headDim > 0, "KV layout has an empty dimension")
        precondition(blockTokens > 0 && blockTokens.nonzeroBitCount == 1, "blockTokens is \(blockTokens)")
        self.layerCount = layerCount
        self.kvHeadCount = kvHeadCount
        self.headDim = headDim
        self.type = type
        self.blockTokens = blockTokens
    }

    /// Bytes of K and V of one token in one layer.
    public var layerTokenBytes: Int { 2 * kvHeadCount * headDim * type.elementBytes }

    /// Bytes of one layer of one block: contiguous in memory.
    public var layerBlockBytes: Int { layerTokenBytes * blockTokens }

    /// Bytes of one token over all layers.
    public var tokenBytes: Int { layerTokenBytes * layerCount }

    /// Bytes of one block over all layers.
    public var blockBytes: Int { layerBlockBytes * layerCount }

    /// Blocks that `tokens` tokens occupy.
    public func blockCount(tokens: Int) -> Int { (tokens + blockTokens - 1) / blockTokens }

    /// One line that names every dimension: what a mismatch error shows, and what digests are made of.
    public var description: String {
        "\(layerCount) layers × \(kvHeadCount) KV heads × \(headDim) × \(type.rawValue), "
            + "\(blockTokens) tokens per block"
    }
}
