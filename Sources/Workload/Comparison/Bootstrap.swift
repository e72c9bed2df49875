import ServingTypes

/// Intervals for the difference of two samples, by drawing both again many times.
///
/// Source: Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7(1), 1979; the
/// interval is that of percentiles.
struct Bootstrap {
    /// Values visited at most for one metric; it bounds the time to a few seconds.
    private static let work = 200_000_000
    private static let resamples = 200...1_000

    /// For each statistic, the interval that holds the middle 95 % of the differences, candidate − base.
    static func differences(
        _ wanted: [Statistic],
        base: ClusteredSample,
        candidate: ClusteredSample,
        _ random: inout SplitMix64
    ) -> [ClosedRange<Double>] {
        let visits = max(base.count + candidate.count, 1)
        let count = min(max(work / visits, resamples.lowerBound), resamples.upperBound)
        var differences = [[Double]](repeating: [], count: wanted.count)
        for _ in 0..<count {
            let before = base.resampled(wanted, &random)
            let after = candidate.resampled(wanted, &random)
            for index in wanted.indices { differences[index].append(after[index] - before[index]) }
        }
        return differences.map(middle)
    }

    private static func middle(_ differences: [Double]) -> ClosedRange<Double> {
        let sample = ClusteredSample(differences.map { [$0] })
        let ends = sample.statistics([.percentile(2.5), .percentile(97.5)])
        return ends[0]...max(ends[0], ends[1])
    }

    /// The 95 % interval of the difference of two shares.
    ///
    /// Source: Agresti and Caffo, The American Statistician 54(4), 2000.
    static func shares(_ base: (hits: Int, count: Int), _ candidate: (hits: Int, count: Int)) -> ClosedRange<
        Double
    > {
        func adjusted(_ share: (hits: Int, count: Int)) -> (share: Double, variance: Double) {
            let (hits, count) = (Double(share.hits) + 1, Double(share.count) + 2)
            return (hits / count, hits / count * (1 - hits / count) / count)
        }
        let (before, after) = (adjusted(base), adjusted(candidate))
        let middle = after.share - before.share
        let width = 1.959_963_985 * (before.variance + after.variance).squareRoot()
        return middle - width...middle + width
    }
}
