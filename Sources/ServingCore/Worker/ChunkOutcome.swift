/// How a chunk's payload ended at the receiver.
public enum ChunkOutcome: Hashable, Sendable {
    /// All bytes stand in their blocks and match the checksum.
    case landed
    /// All bytes came, but they do not match the checksum or cannot be decoded.
    case damaged
    /// The lane ended within the payload.
    case torn
}
