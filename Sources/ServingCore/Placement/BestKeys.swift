/// The smallest keys of many, found in one pass: O(1) each on average, whatever the order in which they come.
///
/// Few are kept in order, so that the bar is always as low as it can be; of many the smallest are selected when
/// twice as many have come.
struct BestKeys: Sendable {
    /// Up to so many are kept in order.
    private static let fewKeys = 64

    /// Keys that are kept.
    let limit: Int
    private var keys: [RankedKey] = []
    /// Nothing that is not below it is among the smallest.
    private(set) var bar = RankedKey(rank: .infinity, tie: .max)

    /// - Parameter limit: at least 1.
    init(limit: Int) { self.limit = min(limit, 1 << 40) }

    /// Whether as many came as are kept.
    var isFull: Bool { keys.count >= limit }

    @inline(__always) mutating func offer(_ key: RankedKey) {
        guard key < bar else { return }
        if limit <= Self.fewKeys {
            insert(key)
        } else {
            keys.append(key)
            if keys.count >= 2 * limit { shrink() }
        }
    }

    /// Puts a key that is below the bar in its place, and drops the last one if there is no room.
    private mutating func insert(_ key: RankedKey) {
        if keys.isEmpty { keys.reserveCapacity(limit) }
        var place = keys.count
        if place < limit { keys.append(key) } else { place -= 1 }
        // Writing through a span asks once whether the list is shared.
        var kept = keys.mutableSpan
        while place > 0, key < kept[place - 1] {
            kept[place] = kept[place - 1]
            place -= 1
        }
        kept[place] = key
        if keys.count == limit { bar = keys[limit - 1] }
    }

    /// The smallest keys, in order.
    mutating func take() -> [RankedKey] {
        if keys.count > limit { shrink() }
        if limit > Self.fewKeys { keys.sort() }
        return keys
    }

    /// Keeps the smallest `limit` of more: Hoare's selection.
    private mutating func shrink() {
        var (low, high) = (0, keys.count - 1)
        while low < high {
            let pivot = median(keys[low], keys[(low + high) / 2], keys[high])
            var (left, right) = (low, high)
            while left <= right {
                while keys[left] < pivot { left += 1 }
                while pivot < keys[right] { right -= 1 }
                if left <= right {
                    keys.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if limit - 1 <= right {
                high = right
            } else if limit - 1 >= left {
                low = left
            } else {
                break
            }
        }
        keys.removeSubrange(limit...)
        bar = keys[limit - 1]
    }

    private func median(_ a: RankedKey, _ b: RankedKey, _ c: RankedKey) -> RankedKey {
        a < b ? (b < c ? b : max(a, c)) : (a < c ? a : max(b, c))
    }
}
