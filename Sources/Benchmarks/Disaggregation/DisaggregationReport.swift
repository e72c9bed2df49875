/// What `baton-bench pd` prints.
struct DisaggregationReport: Codable {
    /// One engine, prompt length and condition; the figures are the client's.
    struct Row: Codable {
        var engine: String
        var condition: DisaggregationBenchmark.Condition
        var promptTokens: Int
        var pairs: Int
        var ttft: PairedTurns.Comparison
        var gap: PairedTurns.Comparison
        var tt2t: PairedTurns.Comparison
        var tpot: PairedTurns.Comparison
        /// Median over the pairs: two workers relative to one.
        var ttftRatio: Double

        enum CodingKeys: String, CodingKey {
            case engine, condition, pairs
            case promptTokens = "prompt_tokens"
            case ttft = "ttft_ms"
            case gap = "gap_ms"
            case tt2t = "tt2t_ms"
            case tpot = "tpot_ms"
            case ttftRatio = "ttft_ratio"
        }

        /// Sums up the turns; there must be some.
        init(
            _ engine: ServingPlan.Engine,
            _ condition: DisaggregationBenchmark.Condition,
            promptTokens: Int,
            _ turns: PairedTurns
        ) {
            self.engine = engine.rawValue
            self.condition = condition
            self.promptTokens = promptTokens
            pairs = turns.pairs.count
            ttft = turns.compare { $0.ttft.milliseconds }
            gap = turns.compare { $0.gap.milliseconds }
            tt2t = turns.compare { $0.tt2t.milliseconds }
            tpot = turns.compare { $0.tpot.milliseconds }
            ttftRatio = ttft.ratio.median
        }
    }

    var bench = "pd"
    var machine = MachineReport.current
    /// Of each CPU engine, on both sides.
    var threads: Int
    var requests: Int
    var outputTokens: Int
    var seed: UInt64
    /// Prompts that were not counted because their first tokens came together from both sides.
    var droppedPrompts: Int
    var rows: [Row]

    enum CodingKeys: String, CodingKey {
        case bench, machine, threads, requests, seed, rows
        case outputTokens = "output_tokens"
        case droppedPrompts = "dropped_prompts"
    }

    init(options: DisaggregationOptions, droppedPrompts: Int, rows: [Row]) {
        threads = options.threads
        requests = options.requests
        outputTokens = options.outputTokens
        seed = options.seed
        self.droppedPrompts = droppedPrompts
        self.rows = rows
    }

    /// The table for a person.
    var text: String {
        let titles = [
            "engine", "lanes", "tokens", "TTFT 1", "TTFT P+D", "ratio", "95 %", "added ms", "gap 1",
            "gap P+D", "TT2T 1", "TT2T P+D", "TPOT 1", "TPOT P+D",
        ]
        let number = ReportText.number
        let rows = rows.map { row in
            [
                row.engine, row.condition == .warm ? "warm" : "closed", "\(row.promptTokens)",
                number(row.ttft.single.median), number(row.ttft.split.median), number(row.ttftRatio),
                "\(number(row.ttft.ratio.low))…\(number(row.ttft.ratio.high))", number(row.ttft.added.median),
                number(row.gap.single.median), number(row.gap.split.median), number(row.tt2t.single.median),
                number(row.tt2t.split.median), number(row.tpot.single.median), number(row.tpot.split.median),
            ]
        }
        return """
            one worker for both phases (1) against prefill and decode worker over TLS (P+D), one request at a \
            time, milliseconds, \(threads) thread\(threads == 1 ? "" : "s") per CPU engine
            \(ReportText.table(titles, rows))
            """
    }
}
