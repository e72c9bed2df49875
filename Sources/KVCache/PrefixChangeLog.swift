import ServingTypes

/// Collects net changes of the prefix cache up to a limit; beyond it, a full list is cheaper.
struct PrefixChangeLog: Sendable {
    private struct Change {
        var isAddition: Bool
        var sequence: UInt64
    }

    private let limit: Int
    private var pending: [BlockHash: Change] = [:]
    private var nextSequence: UInt64 = 0
    private var overflowed = false

    /// Keeps up to `limit` net changes.
    init(limit: Int) { self.limit = limit }

    /// Notes one change; it cancels the opposite change of the same hash.
    mutating func note(_ hash: BlockHash, isAddition: Bool) {
        guard !overflowed else { return }
        if let earlier = pending[hash] {
            precondition(
                earlier.isAddition != isAddition,
                "block hash \(hash) changed twice in one direction"
            )
            pending[hash] = nil
            return
        }
        guard pending.count < limit else {
            pending.removeAll()
            overflowed = true
            return
        }
        pending[hash] = Change(isAddition: isAddition, sequence: nextSequence)
        nextSequence += 1
    }

    /// Hands over the changes, oldest first, and starts anew; O(changes · log changes).
    mutating func take() -> PrefixChanges {
        var changes = PrefixChanges(overflowed: overflowed)
        for (hash, change) in pending.sorted(by: { $0.value.sequence < $1.value.sequence }) {
            if change.isAddition {
                changes.added.append(hash)
            } else {
                changes.removed.append(hash)
            }
        }
        pending.removeAll(keepingCapacity: true)
        overflowed = false
        return changes
    }

    /// The first hash whose noted change contradicts what is published now; O(changes).
    func contradiction(published: (BlockHash) -> Bool) -> BlockHash? {
        pending.filter { published($0.key) != $0.value.isAddition }.map(\.key).min()
    }
}
