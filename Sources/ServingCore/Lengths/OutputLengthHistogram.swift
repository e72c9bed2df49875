/// How long answers were, in buckets of a quarter of an octave; older ones count less.
///
/// 80 counts of 4 bytes. A quantile is the upper bound of its bucket, at most 19 % too long.
struct OutputLengthHistogram: Sendable {
    /// Upper bounds of the buckets in tokens, 1 to 2^20: every integer up to 4, then four per octave.
    static let bounds: [Int] = {
        var bounds = [1, 2, 3, 4]
        while let last = bounds.last, last < 1 << 20 {
            let octave = 1 << (Int.bitWidth - 1 - last.leadingZeroBitCount)
            bounds.append(last + octave / 4)
        }
        return bounds
    }()
    /// Observations after which all that was seen counts half.
    private static let halfLife = 256

    private var counts = [Float](repeating: 0, count: Self.bounds.count)
    private(set) var total: Float = 0
    private var sinceHalving = 0

    /// Counts an answer; O(log buckets).
    mutating func add(_ tokens: Int) {
        counts[Self.bucket(of: tokens)] += 1
        total += 1
        sinceHalving += 1
        guard sinceHalving == Self.halfLife else { return }
        sinceHalving = 0
        for index in counts.indices { counts[index] /= 2 }
        total = counts.reduce(0, +)
    }

    /// The length that a share of the answers did not pass; `nil` before the first.
    func quantile(_ share: Double) -> Int? {
        guard total > 0 else { return nil }
        let target = Float(share) * total
        var sum: Float = 0
        var longest: Int?
        for (bound, count) in zip(Self.bounds, counts) where count > 0 {
            sum += count
            longest = bound
            if sum >= target { break }
        }
        return longest
    }

    static func bucket(of tokens: Int) -> Int {
        var (low, high) = (0, bounds.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] < tokens { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
