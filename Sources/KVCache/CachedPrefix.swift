import ServingTypes

/// The published blocks that answer for the start of a sequence.
struct CachedPrefix {
    var blocks: [BlockIndex] = []
    /// Hash of the last of them.
    var hash: BlockHash?
    /// The worst among them.
    var fidelity = KVFidelity.exact
}
