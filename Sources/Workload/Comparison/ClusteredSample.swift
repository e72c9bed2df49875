import ServingTypes

/// Values that came in groups, one group per request, sorted: what a bootstrap draws from.
///
/// Groups, not values, are drawn: the gaps of one answer resemble one another, and drawing them singly would
/// promise more certainty than there is.
struct ClusteredSample: Sendable {
    private let values: [Double]
    /// The group of each value.
    private let owners: [Int]
    private let groups: [(count: Int, sum: Double)]

    init(_ groups: [[Double]]) {
        let pairs = groups.enumerated().flatMap { group, values in values.map { (value: $0, owner: group) } }
            .sorted { ($0.value, $0.owner) < ($1.value, $1.owner) }
        values = pairs.map(\.value)
        owners = pairs.map(\.owner)
        self.groups = groups.map { ($0.count, $0.reduce(0, +)) }
    }

    var count: Int { values.count }

    /// The statistics of the values themselves, of which there must be some.
    func statistics(_ wanted: [Statistic]) -> [Double] {
        precondition(!values.isEmpty, "a sample of no values")
        return statistics(wanted, weights: Array(repeating: 1, count: groups.count))
    }

    /// The statistics of one resample: as many groups as there are, drawn with replacement.
    func resampled(_ wanted: [Statistic], _ random: inout SplitMix64) -> [Double] {
        var weights = [Int](repeating: 0, count: groups.count)
        for _ in groups { weights[random.index(below: groups.count)] += 1 }
        return statistics(wanted, weights: weights)
    }

    private func statistics(_ wanted: [Statistic], weights: [Int]) -> [Double] {
        var (total, sum) = (0, 0.0)
        for (group, weight) in zip(groups, weights) {
            total += weight * group.count
            sum += Double(weight) * group.sum
        }
        // A resample may draw only groups without a value; then the whole stands for it.
        guard total > 0 else { return statistics(wanted) }
        let quantiles = quantiles(
            wanted.map { statistic in
                switch statistic {
                case .mean: 0
                case .percentile(let percentile): percentile / 100 * Double(total - 1)
                }
            },
            weights
        )
        return zip(wanted, quantiles).map { $0 == .mean ? sum / Double(total) : $1 }
    }

    /// The values at places in the weighted order, linear between neighbours, in one walk.
    private func quantiles(_ positions: [Double], _ weights: [Int]) -> [Double] {
        var results = positions
        var pending = positions.indices.sorted { positions[$0] < positions[$1] }[...]
        var (passed, last) = (0, 0.0)
        for (value, owner) in zip(values, owners) where weights[owner] > 0 {
            // This value stands at the places from `passed` on, as often as its group was drawn.
            let end = passed + weights[owner]
            while let index = pending.first, Int(positions[index]) + 1 < end {
                let rank = Int(positions[index])
                let low = rank >= passed ? value : last
                results[index] = low + (value - low) * (positions[index] - Double(rank))
                pending = pending.dropFirst()
            }
            if pending.isEmpty { return results }
            (passed, last) = (end, value)
        }
        for index in pending { results[index] = last }
        return results
    }
}
