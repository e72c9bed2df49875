internal import ServingTypes
internal import Workload

/// Where the time of single requests went: the slowest ones, and some over the whole run.
struct StageSection {
    private static let slowLimit = 10
    private static let evenLimit = 14

    let run: RunView

    private static let names = [
        "wait at the client", "to the first token", "hand-off gap", "later tokens", "server: queue",
        "server: prefill", "server: KV transfer", "server: decode",
    ]

    /// `nil` when requests were not kept, or none was answered.
    func html() -> Markup? {
        let completed = (run.report.requests ?? []).filter(\.isCompleted)
        guard !completed.isEmpty else { return nil }
        let slow = completed.sorted { (total($1), $0.index) < (total($0), $1.index) }.prefix(Self.slowLimit)
        let slowest = Set(slow.map(\.index))
        let others = completed.filter { !slowest.contains($0.index) }.sorted { $0.index < $1.index }
        let even = Thinning.evenly(others, limit: Self.evenLimit)
        let hasServer = (slow + even).contains { $0.stages != nil }
        let server: Markup = """
             Below each bar, what the server tells: it tells durations, not moments, so queue and prefill \
            are laid from the send on, decode up to the last token, transfer up to where decode begins.
            """
        let note: Markup = """
            The \(slow.count) slowest of \(NumberText.whole(completed.count)) completed requests, then \
            \(even.count) others from the whole run.\(hasServer ? server : "")
            """
        return StageChart(
            id: "\(run.id)-timeline",
            title: "Stages of single requests",
            note: note,
            stages: Array(Self.names.prefix(hasServer ? 8 : 4)),
            rows: (slow + even).map(row)
        ).html()
    }

    /// From the scheduled arrival, which a slow client cannot hide, to the last token.
    private func total(_ request: RequestOutcome) -> Duration {
        request.latency(.e2elIncludingClientQueue) ?? .zero
    }

    private func row(_ request: RequestOutcome) -> StageChart.Row {
        let marks = [
            request.scheduled, request.sent, request.firstToken, request.secondToken, request.lastToken,
        ]
        let times = marks.map { mark in mark.map { ($0 - request.scheduled).milliseconds } }
        let hasServer = request.stages != nil
        var bars: [StageChart.Bar] = []
        for stage in 0..<4 {
            // An answer of one token has neither a second token nor anything after it.
            guard let start = times[stage], let end = times[stage + 1], end > start else { continue }
            bars.append(.init(stage: stage, start: start, end: end, lane: hasServer ? .upper : .whole))
        }
        if let stages = request.stages, let sent = times[1], let last = times[4] {
            bars += serverBars(stages, from: sent, to: last)
        }
        return StageChart.Row(label: "#\(request.index)", bars: bars, details: details(request))
    }

    private func serverBars(_ stages: StageTimes, from sent: Double, to last: Double) -> [StageChart.Bar] {
        var bars: [StageChart.Bar] = []
        func add(_ stage: Int, _ start: Double, _ end: Double, _ lane: StageChart.Lane) {
            guard end > start else { return }
            bars.append(.init(stage: stage, start: max(0, start), end: end, lane: lane))
        }
        let queue = stages.queue?.milliseconds ?? 0
        let prefill = stages.prefill?.milliseconds ?? 0
        let decode = last - (stages.decode?.milliseconds ?? 0)
        add(4, sent, sent + queue, .lower)
        add(5, sent + queue, sent + queue + prefill, .lower)
        add(7, decode, last, .lower)
        // It overlaps prefill, that is its purpose: so it is drawn narrower, over it.
        add(6, decode - (stages.transfer?.milliseconds ?? 0), decode, .lowerHalf)
        return bars
    }

    private func details(_ request: RequestOutcome) -> String {
        func text(_ metric: LatencyMetric) -> String? {
            request.latency(metric).map { "\(metric.name) \(NumberText.short($0.milliseconds)) ms" }
        }
        let shown: [LatencyMetric] = [
            .clientQueueTime, .ttft, .gap, .tpot, .e2el, .serverQueueTime, .serverPrefillTime,
            .serverTransferTime, .serverDecodeTime,
        ]
        let name = request.requestID.map { " · \($0)" } ?? ""
        let tokens = """
            \(NumberText.whole(request.promptTokens)) prompt tokens, \
            \(NumberText.whole(request.outputTokens)) output tokens
            """
        return (["#\(request.index)\(name)", tokens] + shown.compactMap(text)).joined(separator: "\n")
    }
}
