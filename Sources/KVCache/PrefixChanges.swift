import ServingTypes

/// What entered and left a pool's prefix cache between two looks.
public struct PrefixChanges: Hashable, Sendable {
    /// Hashes that are published now and were not before, in the order of publication.
    public internal(set) var added: [BlockHash] = []
    /// Hashes that were published before and are not now, in the order of eviction.
    public internal(set) var removed: [BlockHash] = []
    /// There were too many changes to list: replace all that is known by `BlockPool.publishedHashes`.
    public internal(set) var overflowed = false

    /// Whether there is nothing to report.
    public var isEmpty: Bool { added.isEmpty && removed.isEmpty && !overflowed }
}
