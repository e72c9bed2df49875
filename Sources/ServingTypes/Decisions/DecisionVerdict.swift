/// What made a request take its time, in one sentence.
struct DecisionVerdict: CustomStringConvertible {
    /// A stretch of a request's life.
    private struct Stage {
        var name: String
        var time: Milliseconds
    }

    let description: String

    init(_ decision: DecisionDocument) {
        switch decision.state {
        case .waiting: description = "not over: waits for a place"
        case .prefilling: description = "not over: its prompt is being computed"
        case .decoding: description = "not over: \(decision.outputTokens) tokens so far"
        case .failed: description = "failed because of \(decision.failure ?? "an unknown error")"
        case .finished: description = Self.slowness(of: decision)
        }
    }

    private static func slowness(of decision: DecisionDocument) -> String {
        guard let elapsed = decision.elapsed, let ttft = decision.ttft, let attempt = decision.attempts.last
        else { return "no times are known" }
        let begun = ttft + (decision.gap ?? Milliseconds(.zero))
        let span = decision.gap == nil ? "to the first token" : "to the second token"
        let early = largest(of: earlyStages(of: decision, attempt, ttft))
        let decode = Stage(name: "decode at \(attempt.chosen.decode)", time: elapsed - begun)
        guard let early, decode.time > early.time else {
            return "slow because \(early.map { text($0, of: begun) } ?? decode.name) \(span)"
        }
        let count = max(1, decision.outputTokens - 2)
        let pace = Milliseconds(seconds: decode.time.value / 1_000 / Double(count))
        return "slow because \(text(decode, of: elapsed)): \(count) token\(count == 1 ? "" : "s"), \(pace) "
            + "each; before that \(text(early, of: begun)) \(span)"
    }

    private static func text(_ stage: Stage, of whole: Milliseconds) -> String {
        "\(stage.name) took \(stage.time) of \(whole)"
    }

    private static func largest(of stages: [Stage]) -> Stage? {
        stages.max { $0.time < $1.time }
    }

    /// What passed up to the second token.
    private static func earlyStages(
        of decision: DecisionDocument,
        _ attempt: DecisionAttempt,
        _ ttft: Milliseconds
    ) -> [Stage] {
        var stages = [
            Stage(
                name: attempt.number > 1 ? "earlier attempts" : "waiting for a place",
                time: attempt.placedAfter
            )
        ]
        var known = attempt.placedAfter
        let computing = attempt.chosen.computing
        if let report = attempt.computingReport {
            let (queue, prefill) = (Milliseconds(report.queue), Milliseconds(report.prefill))
            // A fetch runs while the prompt is queued: whichever is longer is what it waited for.
            let isFetch = report.fetch > report.queue / 2
            let source = attempt.chosen.fetchSource ?? "another worker"
            stages.append(
                Stage(name: isFetch ? "fetching KV from \(source)" : "the queue at \(computing)", time: queue)
            )
            stages.append(Stage(name: "prefill at \(computing)", time: prefill))
            known = known + queue + prefill
        }
        if attempt.number == 1 {
            stages.append(Stage(name: "messages and tokens on their way", time: ttft - known))
        }
        guard let gap = decision.gap else { return stages }
        let exposed = attempt.chosen.prefill == nil ? nil : attempt.decodeReport.map(\.exposedTransfer)
        let transfer = Milliseconds(exposed ?? .zero)
        stages.append(Stage(name: "the hand-off to \(attempt.chosen.decode)", time: transfer))
        stages.append(Stage(name: "the first step at \(attempt.chosen.decode)", time: gap - transfer))
        return stages
    }
}
