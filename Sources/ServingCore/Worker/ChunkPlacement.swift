import ServingTypes

/// Where the payload of an arriving chunk goes.
public enum ChunkPlacement: Hashable, Sendable {
    /// Into these blocks, pinned until `endChunk`.
    case blocks([BlockIndex])
    /// Nowhere: read it into the lane's scratch sink.
    case discard(ServingErrorCode)
}
