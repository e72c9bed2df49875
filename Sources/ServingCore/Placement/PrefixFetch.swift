import ServingTypes

/// Leading blocks that a worker could get from another one.
struct PrefixFetch: Sendable {
    /// Place of the source in the snapshot.
    var source: Int
    /// Leading blocks to have afterwards.
    var blocks: Int
    var codec: KVCodec
    /// From the question to the last block.
    var seconds: Double
}
