import ServingTypes

/// The prefix cache: published blocks, found by hash and believed by tokens.
extension BlockPool {
    /// Offers a full block, whose KV is complete, to the prefix cache.
    ///
    /// The first block to claim a hash keeps it, except that exact KV takes the place of lossy KV.
    /// - Parameters:
    ///   - block: held by the caller.
    ///   - hash: `BlockHasher.next(parent:tokens:)` under the request's key.
    ///   - parent: hash of the block before it; `nil` for the first block of a sequence.
    ///   - tokens: the block's tokens, exactly ``blockTokens``.
    ///   - fidelity: `lossy` if this KV, or any it was computed from, went through a lossy codec.
    /// - Returns: what became of it; `refused` while a lane writes it or after its last hold has gone.
    /// - Complexity: O(blockTokens).
    @discardableResult
    public mutating func publish(
        block: BlockIndex,
        hash: BlockHash,
        parent: BlockHash?,
        tokens: some Collection<TokenID>,
        fidelity: KVFidelity = .exact
    ) -> PublishOutcome {
        precondition(tokens.count == blockTokens, "block of \(tokens.count) tokens, expected \(blockTokens)")
        let record = records[position(block)]
        guard record.isHeld, record.writingPins == 0 else { return .refused }
        if let entry = record.entry {
            precondition(
                entry.hash == hash,
                "block \(block.rawValue) is published as \(entry.hash), not \(hash)"
            )
            return .published
        }
        if let older = published[hash] {
            guard isMatch(older, parent: parent, tokens: tokens) else { return .collision(with: older) }
            guard let entry = records[position(older)].entry, entry.fidelity > fidelity else {
                return .duplicate(of: older)
            }
            unpublish(older)
        }
        let start = position(block) * blockTokens
        for (offset, token) in tokens.enumerated() { storedTokens[start + offset] = token }
        published[hash] = block
        update(block) { $0.entry = PrefixEntry(hash: hash, parent: parent, fidelity: fidelity) }
        if fidelity == .exact { changeLog.note(hash, isAddition: true) }
        return .published
    }

    /// Tokens that ``reserve(tokens:capacityTokens:hasher:hold:accepting:)`` would find cached; O(hit tokens).
    public func lookup(tokens: [TokenID], hasher: BlockHasher, accepting fidelity: KVFidelity = .exact) -> Int
    {
        let limit = max(0, tokens.count - 1) / blockTokens
        let hit = cachedPrefix(of: tokens, atMostBlocks: limit, hasher: hasher, accepting: fidelity)
        return hit.blocks.count * blockTokens
    }

    /// Leading hashes that exact blocks answer for, believing the hashes: a hint, as no tokens are compared.
    public func heldPrefix(hashes: [BlockHash]) -> Int {
        hashes.prefix { published[$0].map { records[position($0)].entry?.fidelity == .exact } ?? false }.count
    }

    /// Hashes of all exact published blocks, held or not, in the order of their blocks; O(blockCount).
    public var publishedHashes: [BlockHash] {
        records.compactMap { $0.entry?.fidelity == .exact ? $0.entry?.hash : nil }
    }

    /// Published blocks, exact or not, held or not; O(1).
    public var publishedCount: Int { published.count }

    /// What changed in ``publishedHashes`` since the last call; what came and went in between cancels.
    ///
    /// At most ``blockCount`` changes are kept. After `overflowed`, read ``publishedHashes`` before the
    /// pool changes again.
    public mutating func takeChanges() -> PrefixChanges { changeLog.take() }

    /// Drops every cached block that nobody holds or reads; returns how many.
    @discardableResult
    public mutating func flush() -> Int {
        let cachedCount = counts.cached
        while let victim { unpublish(victim) }
        return cachedCount
    }

    /// The longest run of published blocks that are the sequence's own first blocks.
    func cachedPrefix(
        of tokens: [TokenID],
        atMostBlocks limit: Int,
        hasher: BlockHasher,
        accepting fidelity: KVFidelity
    ) -> CachedPrefix {
        precondition(
            hasher.blockTokens == blockTokens,
            "hasher makes blocks of \(hasher.blockTokens) tokens, the pool \(blockTokens)"
        )
        var prefix = CachedPrefix()
        // Hashing block by block spends nothing on what lies behind the first miss.
        for index in 0..<limit {
            let slice = tokens[index * blockTokens..<(index + 1) * blockTokens]
            let hash = hasher.next(parent: prefix.hash, tokens: slice)
            guard let block = published[hash], isMatch(block, parent: prefix.hash, tokens: slice),
                let entry = records[position(block)].entry, entry.fidelity <= fidelity
            else { break }
            prefix.blocks.append(block)
            prefix.hash = hash
            prefix.fidelity = max(prefix.fidelity, entry.fidelity)
        }
        return prefix
    }

    /// Takes the block out of the prefix cache; without holds and pins it becomes free.
    mutating func unpublish(_ block: BlockIndex) {
        guard let entry = records[position(block)].entry else {
            preconditionFailure("block \(block.rawValue) is not published")
        }
        published[entry.hash] = nil
        if entry.fidelity == .exact { changeLog.note(entry.hash, isAddition: false) }
        update(block) { $0.entry = nil }
    }

    private func isMatch(
        _ block: BlockIndex,
        parent: BlockHash?,
        tokens: some Collection<TokenID>
    ) -> Bool {
        let start = position(block) * blockTokens
        return records[position(block)].entry?.parent == parent
            && storedTokens[start..<start + blockTokens].elementsEqual(tokens)
    }
}
