import ServingTypes

/// What a lane is to send next.
public enum LaneWork: Hashable, Sendable {
    /// KV of a transfer.
    case chunk(ChunkTicket, KVChunk)
    /// Bytes without meaning, to measure an idle path.
    case probe(KVProbe)
}
