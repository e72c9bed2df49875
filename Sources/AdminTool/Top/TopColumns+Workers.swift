internal import DaemonKit
internal import ServingTypes

extension TopColumn where Row == ClusterDocument.Worker {
    /// What `batonctl top` says of workers.
    static func workers(width: Int) -> [TopColumn] {
        let bar = width >= 160 ? 30 : 10
        return [
            TopColumn(title: "WORKER", width: 12, isRight: false) {
                ($0.name, $0.state.style)
            } key: {
                .name($0.name)
            },
            text("ROLE", 7) { $0.role },
            TopColumn(title: "STATE", width: 8, isRight: false) {
                ($0.state.rawValue, $0.state.style)
            } key: {
                .text($0.state.rawValue)
            },
            text("ADDRESS", 22, minimum: 140) { $0.address },
            text("SITE", 10, minimum: 160) { $0.site ?? "-" },
            number("WAIT", 5) { Double($0.waiting) },
            number("RUN", 5) { Double($0.running) },
            number("MAX", 5, minimum: 100) { Double($0.maxRunning) },
            number("TOKENS", 7) { Double($0.queuedTokens) },
            milliseconds("QUEUE", 7, minimum: 100) { $0.queuedMs > 0 ? $0.queuedMs : nil },
            milliseconds("STEP", 7) { $0.decodeStepMs },
            TopColumn(title: "CACHED", width: 7, minimum: 120) { worker in
                (Quantities.share(share(worker.blocksCached, worker)), .plain)
            } key: {
                .number(share($0.blocksCached, $0))
            },
            TopColumn(title: "BLOCKS", width: bar + 7) {
                blocks($0, bar: bar)
            } key: {
                .number(share($0.blocksUsed, $0))
            },
        ]
    }

    private static func share(_ blocks: Int, _ worker: ClusterDocument.Worker) -> Double {
        Double(blocks) / Double(max(1, worker.blocksTotal))
    }

    /// A bar and a share, as `[|||       ]  32 %`.
    private static func blocks(
        _ worker: ClusterDocument.Worker,
        bar: Int
    ) -> (text: String, style: TerminalStyle) {
        let share = min(1, max(0, share(worker.blocksUsed, worker)))
        let filled = Int((share * Double(bar)).rounded(.up))
        let text = String(repeating: "|", count: filled) + String(repeating: " ", count: bar - filled)
        let percent = DisplayWidth.fit("\(Int((share * 100).rounded()))%", 5, isRight: true)
        return ("[\(text)]\(percent)", share >= 0.9 ? .red : share >= 0.7 ? .yellow : .green)
    }
}

extension TopColumn {
    /// A column of words.
    static func text(
        _ title: String,
        _ width: Int,
        minimum: Int = 0,
        _ value: @escaping (Row) -> String
    ) -> TopColumn {
        TopColumn(title: title, width: width, isRight: false, minimum: minimum) {
            (value($0), .plain)
        } key: {
            .name(value($0))
        }
    }

    /// A column of counts.
    static func number(
        _ title: String,
        _ width: Int,
        minimum: Int = 0,
        _ value: @escaping (Row) -> Double
    ) -> TopColumn {
        TopColumn(title: title, width: width, minimum: minimum) {
            (Quantities.count(value($0)), .plain)
        } key: {
            .number(value($0))
        }
    }

    /// A column of times; a dash where there is none.
    static func milliseconds(
        _ title: String,
        _ width: Int,
        minimum: Int = 0,
        _ value: @escaping (Row) -> Double?
    ) -> TopColumn {
        TopColumn(title: title, width: width, minimum: minimum) { row in
            (value(row).map { Quantities.shortTime(.fromSeconds($0 / 1_000)) } ?? "-", .plain)
        } key: {
            .number(value($0) ?? -1)
        }
    }
}
