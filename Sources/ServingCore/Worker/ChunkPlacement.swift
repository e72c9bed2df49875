import KVCache
import ServingTypes

/// Where the payload of an arriving chunk goes.
public enum ChunkPlacement: Hashable, Sendable {
    /// Into these blocks, pinned until `endChunk`, with what their KV is computed from.
    case blocks([BlockIndex], content: KVContentMark)
    /// Nowhere: read it into the lane's scratch sink.
    case discard(ServingErrorCode)
}
