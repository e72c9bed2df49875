extension RunReport {
    /// The groups as a table of milliseconds: one row for each group and latency; empty without groups.
    ///
    /// - Parameter metrics: the latencies to print; one without values is left out.
    func groupsText(metrics: [LatencyMetric]) -> String {
        guard !groups.isEmpty else { return "" }
        let heading =
            ["group", "done", "failed", "latency", "mean", "median"]
            + settings.percentiles.map { "p\(NumberText.shortest($0))" }
        return Self.columns([heading] + groups.flatMap { rows($0, metrics, width: heading.count) })
    }

    /// One row for each latency of a group; one without figures when it has none of them.
    private func rows(_ group: ReportGroup, _ metrics: [LatencyMetric], width: Int) -> [[String]] {
        let start = [group.name, "\(group.completed)", "\(group.failed)"]
        let rows = metrics.compactMap { metric in
            group.latencies[metric].map { latency in
                start + [metric.name]
                    + ([latency.mean, latency.median] + latency.percentiles).map { NumberText.fixed($0, 2) }
            }
        }
        return rows.isEmpty ? [start + Array(repeating: "-", count: width - start.count)] : rows
    }

    /// The first column to the left, the others to the right.
    private static func columns(_ rows: [[String]]) -> String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + space : space + row[column]
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
