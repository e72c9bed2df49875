import ServingTypes

/// What the prefix cache knows of a published block, beside its tokens.
struct PrefixEntry: Hashable, Sendable {
    var hash: BlockHash
    /// Hash of the block before it; `nil` for the first block of a sequence.
    var parent: BlockHash?
    var fidelity: KVFidelity
}
