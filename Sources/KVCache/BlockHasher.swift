import ServingTypes

/// Names full KV blocks by a keyed hash over their tokens and all tokens before them.
///
/// `H_i = PRF(key, H_{i-1} ‖ tokens_i)`, tokens as little-endian 32-bit words; the first block's parent
/// is sixteen zero bytes. Equal prefixes therefore have equal leading hashes, and only under the same key.
public struct BlockHasher: Hashable, Sendable {
    /// Secret of one tenant, model and layout.
    public let key: BlockHashKey
    /// Tokens per block, at least 1.
    public let blockTokens: Int

    /// Hashes blocks of `blockTokens` tokens under `key`.
    public init(key: BlockHashKey, blockTokens: Int) {
        precondition(blockTokens > 0, "blockTokens is \(blockTokens)")
        self.key = key
        self.blockTokens = blockTokens
    }

    /// The hashes of the *full* blocks of `tokens`, in order: `[tokens.count / blockTokens]`.
    ///
    /// Arrays and their slices are read in place; other collections are copied once. O(tokens).
    public func hashes(of tokens: some Collection<TokenID>) -> [BlockHash] {
        if let hashes = tokens.withContiguousStorageIfAvailable({ chain($0) }) { return hashes }
        return Array(tokens).withUnsafeBufferPointer { chain($0) }
    }

    /// The hash of one full block that follows the block named `parent`; `nil` for the first block.
    ///
    /// `tokens` must hold exactly ``blockTokens`` tokens.
    public func next(parent: BlockHash?, tokens: some Collection<TokenID>) -> BlockHash {
        if let hash = tokens.withContiguousStorageIfAvailable({ extend(parent, by: $0) }) { return hash }
        return Array(tokens).withUnsafeBufferPointer { extend(parent, by: $0) }
    }

    private func chain(_ tokens: UnsafeBufferPointer<TokenID>) -> [BlockHash] {
        let blockCount = tokens.count / blockTokens
        var hashes: [BlockHash] = []
        hashes.reserveCapacity(blockCount)
        for block in 0..<blockCount {
            let range = block * blockTokens..<(block + 1) * blockTokens
            hashes.append(extend(hashes.last, by: UnsafeBufferPointer(rebasing: tokens[range])))
        }
        return hashes
    }

    private func extend(_ parent: BlockHash?, by tokens: UnsafeBufferPointer<TokenID>) -> BlockHash {
        precondition(tokens.count == blockTokens, "block of \(tokens.count) tokens, expected \(blockTokens)")
        var state = SipHash128(key: key.rawValue)
        state.update(parent?.rawValue ?? Bytes128(high: 0, low: 0))
        state.update(tokens: tokens)
        return BlockHash(rawValue: state.finalized())
    }
}
