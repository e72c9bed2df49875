/// A median with an interval that holds the true one with at least 95 %, whatever the distribution.
///
/// The interval lies between two order statistics, chosen by the binomial distribution with ½ (the sign
/// test). Below six values no pair of them holds with 95 %: the extremes are then given. Source: Conover,
/// Practical Nonparametric Statistics, 3.2.
struct MedianInterval: Codable, Equatable {
    var median: Double
    var low: Double
    var high: Double

    /// `values` must not be empty.
    init(_ values: [Double]) {
        let sorted = values.sorted()
        median = Distribution(values).median
        let rank = Self.lowRank(of: values.count)
        (low, high) = (sorted[rank - 1], sorted[sorted.count - rank])
    }

    /// The rank, from 1, of the lower bound; the upper one has the same rank from above.
    static func lowRank(of count: Int) -> Int {
        precondition(count >= 1, "no interval of \(count) values")
        var term = 1.0
        for _ in 0..<count { term /= 2 }
        var below = term
        var rank = 0
        // `below` is the chance that at most `rank` of `count` values lie below the median.
        while below <= 0.025 {
            rank += 1
            term *= Double(count - rank + 1) / Double(rank)
            below += term
        }
        return max(1, rank)
    }
}
