/// What `baton-bench preempt` prints.
struct PreemptReport: Codable {
    /// Preemption on or off; times in milliseconds, medians over the rounds.
    struct Row: Codable {
        var preemption: Bool
        var longTokens: Int
        var urgentTokens: Int
        var rounds: Int
        /// One layer of the long prompt's step.
        var layerMilliseconds: Double
        var longAlone: Double
        var urgentAlone: Double
        /// First token of the short prompt, less what it takes alone: how long it waited for its start.
        var startDelay: Double
        var startDelayMaximum: Double
        /// 95 % of the short prompts wait for at most one layer, and a millisecond.
        var startsWithinLayer: Bool
        /// Delay of the long prompt per short one, as share of its time alone.
        var delayShare: Double
        /// The same without the short one's own time.
        var lossShare: Double
        var preemptions: Double

        enum CodingKeys: String, CodingKey {
            case preemption, rounds, preemptions
            case longTokens = "long_tokens"
            case urgentTokens = "urgent_tokens"
            case layerMilliseconds = "layer_ms"
            case longAlone = "long_alone_ms"
            case urgentAlone = "urgent_alone_ms"
            case startDelay = "start_delay_ms"
            case startDelayMaximum = "start_delay_max_ms"
            case startsWithinLayer = "starts_within_layer"
            case delayShare = "delay_share"
            case lossShare = "loss_share"
        }
    }

    /// A long prompt beside running answers.
    struct Mixed: Codable {
        var mode: String
        var longTokens: Int
        var answers: Int
        var stepTokens: Int
        var layeredTokens: Int
        var longTTFT: Double
        /// Between two tokens of an answer while the prompt is computed.
        var gapMedian: Double
        var gapP99: Double
        /// Output tokens of all answers meanwhile.
        var tokensPerSecond: Double

        enum CodingKeys: String, CodingKey {
            case mode, answers
            case longTokens = "long_tokens"
            case stepTokens = "step_tokens"
            case layeredTokens = "layered_tokens"
            case longTTFT = "long_ttft_ms"
            case gapMedian = "gap_p50_ms"
            case gapP99 = "gap_p99_ms"
            case tokensPerSecond = "answer_tokens_per_s"
        }
    }

    var bench = "preempt"
    var machine = MachineReport.current
    var engine: String
    var rows: [Row]
    var mixed: [Mixed]

    /// The tables for a person.
    var text: String {
        let number = ReportText.number
        let rows = rows.map { row in
            [
                row.preemption ? "on" : "off", "\(row.longTokens)", "\(row.urgentTokens)",
                number(row.layerMilliseconds), number(row.longAlone), number(row.urgentAlone),
                number(row.startDelay), number(row.startDelayMaximum), number(row.delayShare),
                number(row.lossShare), row.startsWithinLayer ? "yes" : "no",
            ]
        }
        let titles = [
            "preemption", "long", "urgent", "layer ms", "long ms", "urgent ms", "wait ms", "max ms", "delay",
            "loss", "in a layer",
        ]
        let mixed = mixed.map { row in
            [
                row.mode, "\(row.longTokens)", "\(row.answers)", number(row.longTTFT), number(row.gapMedian),
                number(row.gapP99), number(row.tokensPerSecond),
            ]
        }
        let columns = ["mixed", "long", "answers", "TTFT ms", "gap p50 ms", "gap p99 ms", "tokens/s"]
        return "\(ReportText.table(titles, rows))\n\n\(ReportText.table(columns, mixed))"
    }
}
