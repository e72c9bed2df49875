/// What `baton-bench overlap` prints.
struct OverlapReport: Codable {
    /// One ratio of transfer to prefill; times in milliseconds, medians of the repetitions.
    struct Row: Codable {
        /// S/B : T, as asked for.
        var ratio: Double
        var rateMegabits: Double
        /// S/B, measured over the same link.
        var transferMilliseconds: Double
        /// T, as the prefill worker reports it.
        var prefillMilliseconds: Double
        var predictedGap: Double
        var measuredGap: Double
        var measuredP10: Double
        var measuredP90: Double
        /// The measured gap as share of S/B.
        var exposedShare: Double
        /// Within 15 % of the model, or 10 ms.
        var agrees: Bool
        /// For a link that is faster than prefill: at most 1/n + 5 % of the transfer is exposed.
        var hidesEnough: Bool?

        enum CodingKeys: String, CodingKey {
            case ratio, agrees
            case rateMegabits = "rate_mbit"
            case transferMilliseconds = "transfer_ms"
            case prefillMilliseconds = "prefill_ms"
            case predictedGap = "predicted_gap_ms"
            case measuredGap = "measured_gap_ms"
            case measuredP10 = "measured_gap_p10_ms"
            case measuredP90 = "measured_gap_p90_ms"
            case exposedShare = "exposed_share"
            case hidesEnough = "hides_enough"
        }
    }

    var bench = "overlap"
    var machine = MachineReport.current
    var layerGroups: Int
    var transferBytes: Int
    var repetitions: Int
    var rows: [Row]

    enum CodingKeys: String, CodingKey {
        case bench, machine, repetitions, rows
        case layerGroups = "layer_groups"
        case transferBytes = "transfer_bytes"
    }

    /// The table for a person.
    var text: String {
        let titles = [
            "S/B : T", "S/B ms", "T ms", "model ms", "gap ms", "p10…p90", "exposed", "agrees", "hidden",
        ]
        let number = ReportText.number
        let rows = rows.map { row in
            [
                number(row.ratio), number(row.transferMilliseconds), number(row.prefillMilliseconds),
                number(row.predictedGap), number(row.measuredGap),
                "\(number(row.measuredP10))…\(number(row.measuredP90))", number(row.exposedShare),
                row.agrees ? "yes" : "no", row.hidesEnough.map { $0 ? "yes" : "no" } ?? "",
            ]
        }
        return """
            hand-off gap with \(layerGroups) layer groups, \(transferBytes >> 20) MiB, \(repetitions) repetitions
            \(ReportText.table(titles, rows))
            """
    }
}
