import ServingTypes

/// The KV blocks of one sequence, held in its block table's order.
public struct Reservation: Hashable, Sendable {
    /// Blocks in the order of the sequence, prefix hits first.
    public internal(set) var table: [BlockIndex]
    /// Each block's generation when it was handed out; as many as blocks.
    public internal(set) var generations: [UInt32]
    /// Tokens whose KV is present already: a multiple of the block size.
    public let hitTokens: Int
    /// Hash of the last hit block, the parent of the first block to compute; `nil` without a hit.
    public let hitHash: BlockHash?
    /// The worst fidelity among the hit blocks; blocks computed from them are no better.
    public let hitFidelity: KVFidelity
}
