/// What `baton-bench paths` prints: the workers' own estimates of their paths against the link's rate.
struct PathsReport: Codable {
    /// One path in one case.
    struct Row: Codable {
        /// What was transferred.
        var what: String
        /// From which to which worker.
        var path: String
        /// The share of the link that is this path's, in bytes per second, headers included.
        var capacity: Double
        /// KV bytes per second that were verified on this path, while all transfers were in flight.
        var goodput: Double
        /// After transfers that never filled the link; absent where there were none.
        var estimateAfterLimited: Double?
        /// After the last of the transfers that do.
        var estimate: Double
        /// Estimate relative to capacity.
        var ratio: Double

        enum CodingKeys: String, CodingKey {
            case what, path, ratio
            case capacity = "capacity_bytes_s"
            case goodput = "goodput_bytes_s"
            case estimateAfterLimited = "estimate_after_limited_bytes_s"
            case estimate = "estimate_bytes_s"
        }
    }

    var bench = "paths"
    var machine = MachineReport.current
    var rateMegabits: Double
    var transfers: Int
    var rows: [Row]

    enum CodingKeys: String, CodingKey {
        case bench, machine, transfers, rows
        case rateMegabits = "rate_mbit"
    }

    /// The table for a person.
    var text: String {
        let titles = ["case", "path", "share MB/s", "goodput", "after limited", "estimate", "estimate/share"]
        let rows = rows.map { row in
            [
                row.what, row.path, megabytes(row.capacity), megabytes(row.goodput),
                row.estimateAfterLimited.map { megabytes($0) } ?? "", megabytes(row.estimate),
                ReportText.number(row.ratio),
            ]
        }
        return """
            path estimates over a link of \(Int(rateMegabits)) Mbit/s after \(transfers) transfers
            \(ReportText.table(titles, rows))
            """
    }

    private func megabytes(_ bytes: Double) -> String { ReportText.number(bytes / 1e6) }
}
