import ServingTypes

/// What became of a block that was offered to the prefix cache.
public enum PublishOutcome: Hashable, Sendable {
    /// The block now answers for its hash, or did already.
    case published
    /// An older block with the same tokens answers for the hash; the offered block stays private.
    case duplicate(of: BlockIndex)
    /// Another prefix has the same hash; the offered block stays private.
    case collision(with: BlockIndex)
    /// A lane still writes the block, or its request has ended: its content cannot be trusted.
    case refused
}
