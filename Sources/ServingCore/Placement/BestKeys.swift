/// The smallest keys of many, found in one pass: O(1) each on average, whatever the order in which they come.
struct BestKeys: Sendable {
    /// Keys that are kept.
    let limit: Int
    private var keys: [RankedKey] = []
    /// Nothing that is not below it is among the smallest.
    private(set) var bar = RankedKey(rank: .infinity, tie: .max)

    /// - Parameter limit: at least 1.
    init(limit: Int) {
        self.limit = min(limit, 1 << 40)
        keys.reserveCapacity(min(2 * self.limit, 64))
    }

    @inline(__always) mutating func offer(_ key: RankedKey) {
        guard key < bar else { return }
        keys.append(key)
        if keys.count >= 2 * limit { shrink() }
    }

    /// Finds the bar anew, when as many as are kept have come.
    mutating func raiseBar() {
        guard keys.count >= limit else { return }
        shrink()
    }

    /// The smallest keys, in order.
    mutating func take() -> [RankedKey] {
        if keys.count > limit { shrink() }
        keys.sort()
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
