/// Values under a second name.
extension PrometheusText {
    /// Appends a metric under vLLM's name: series that differ in nothing that vLLM knows are added up.
    ///
    /// - Parameter labels: those that every series gets.
    mutating func append(_ alias: VLLMAlias, of family: MetricFamily, _ labels: String) {
        let groups = Self.groups(alias, family)
        appendHead(alias.name, family.descriptor.kind, alias.help)
        for group in groups {
            let labels = group.label.isEmpty ? labels : labels + "," + group.label
            switch family.values {
            case .counters(let series):
                let sum = group.members.reduce(0) { $0 + series[$1].value }
                appendSample(alias.name, labels, Double(sum))
            case .gauges(let series):
                appendSample(alias.name, labels, group.members.reduce(0) { $0 + series[$1].value })
            case .histograms(let series):
                guard let bounds = alias.bounds, let first = group.members.first else { continue }
                var sum = series[first].snapshot
                for member in group.members.dropFirst() { sum += series[member].snapshot }
                let coarse = Self.coarsened(sum, from: series[first].bounds, to: bounds)
                appendHistogram(alias.name, labels, bounds, coarse)
            case .rows: preconditionFailure("\(alias.source.name) has labels that vLLM does not know")
            }
        }
    }

    /// The same observations in fewer buckets; every bound in `bounds` is one of `fine`.
    static func coarsened(
        _ snapshot: HistogramSeries.Snapshot,
        from fine: [Double],
        to bounds: [Double]
    ) -> HistogramSeries.Snapshot {
        var coarse = HistogramSeries.Snapshot(
            counts: Array(repeating: 0, count: bounds.count + 1),
            sum: snapshot.sum
        )
        var target = 0
        for (index, count) in snapshot.counts.enumerated() {
            // The bucket above every bound goes to the last; one that ends above a coarse bound, to the next.
            while target < bounds.count, index == fine.count || fine[index] > bounds[target] { target += 1 }
            coarse.counts[target] += count
        }
        return coarse
    }

    /// Which series make one of the alias, and the label that tells it from the others, if any.
    private static func groups(
        _ alias: VLLMAlias,
        _ family: MetricFamily
    ) -> [(label: String, members: [Int])] {
        guard let relabelling = alias.relabelling,
            let column = family.descriptor.labels.firstIndex(where: { $0.name == relabelling.from })
        else { return [("", Array(family.labelSets.indices))] }
        var groups: [(label: String, members: [Int])] = []
        for (ours, theirs) in relabelling.values {
            let label = relabelling.to.map { labels([($0, theirs)]) } ?? ""
            let members = family.labelSets.indices.filter { family.labelSets[$0][column] == ours }
            if let known = groups.firstIndex(where: { $0.label == label }) {
                groups[known].members += members
            } else {
                groups.append((label, members))
            }
        }
        return groups
    }
}
