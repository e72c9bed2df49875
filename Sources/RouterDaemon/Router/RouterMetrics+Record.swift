internal import Observability
internal import ServingCore
internal import ServingTypes

/// What is counted of a request once it is over and its workers' reports are in.
extension RouterMetrics {
    /// Counts a request.
    func count(_ record: RequestRecord) {
        requestsEnded[RequestEnding(record.outcome)].add()
        if let reason = record.outcome.failureCode { requestFailures[reason].add() }
        promptTokens.add(record.promptTokens)
        for attempt in record.attempts where !attempt.wasRefused {
            if let failure = attempt.failure { failedAttempts[failure.code].add() }
        }
        guard let attempt = record.attempts.last else { return }
        if let report = attempt.computingReport {
            prefixHitTokens.add(report.hitTokens)
            prefixQueriedTokens.add(record.promptTokens)
        }
        guard record.outcome.isAnswered else { return }
        requestPromptTokens.observe(record.promptTokens)
        requestGenerationTokens.observe(record.outputTokens)
        if let expected = record.terms.expectedOutput {
            fairness.observe(expectedTokens: expected, outputTokens: record.outputTokens)
        }
        latency.endToEnd.observe(record.elapsed)
        if let tpot = record.tpot { latency.timePerOutputToken.observe(tpot) }
        if let ttft = record.ttft, let gap = record.gap { latency.timeToSecondToken.observe(ttft + gap) }
        if let gap = record.gap, attempt.isPair { latency.handOffGap.observe(gap) }
        countStages(record, attempt)
        if record.attempts.count == 1 { countPredictions(record, attempt) }
    }

    /// Where the time of a complete answer went, in its last attempt.
    private func countStages(_ record: RequestRecord, _ attempt: AttemptRecord) {
        guard let computing = attempt.computingReport else { return }
        latency.queue.observe(attempt.placedAfter + computing.queue)
        latency.prefill.observe(computing.prefill)
        if attempt.chosen.plan.fetch != nil { latency.fetch.observe(computing.fetch) }
        guard record.outputTokens > 1, let decoding = attempt.decodeReport else { return }
        latency.decode.observe(decoding.decode)
        guard attempt.isPair else { return }
        latency.transfer.observe(decoding.transfer)
        latency.exposedTransfer.observe(decoding.exposedTransfer)
    }

    private func countPredictions(_ record: RequestRecord, _ attempt: AttemptRecord) {
        guard let ttft = record.ttft else { return }
        latency.firstTokenPrediction.observe(
            predicted: attempt.chosen.predictedTTFT,
            measured: ttft - attempt.placedAfter
        )
        guard let gap = record.gap, attempt.isPair else { return }
        latency.gapPrediction.observe(predicted: attempt.chosen.predictedGap, measured: gap)
    }
}

extension AttemptRecord {
    /// Whether prefill and decode were on two workers.
    fileprivate var isPair: Bool { chosen.plan.prefill != nil }

    /// What the worker reported that computed the prompt.
    fileprivate var computingReport: StageReport? { isPair ? prefillReport : decodeReport }
}

extension RequestOutcome {
    /// Whether the client got all that it asked for.
    var isAnswered: Bool {
        switch self {
        case .finished, .cancelled(.stopString): true
        case .failed, .cancelled: false
        }
    }

    /// Why it failed, in the words of the one list; `nil` for an answer, and when the client went away.
    var failureCode: ServingErrorCode? {
        switch self {
        case .finished, .cancelled(.stopString), .cancelled(.clientGone): nil
        case .failed(let error): error.code
        case .cancelled(.deadline): .deadline
        case .cancelled(.shutdown): .draining
        }
    }
}

extension RequestEnding {
    init(_ outcome: RequestOutcome) {
        self =
            switch outcome {
            case .finished(.stop), .cancelled(.stopString): .stop
            case .finished(.length): .length
            case .failed: .error
            case .cancelled(.clientGone): .clientGone
            case .cancelled(.deadline): .deadline
            case .cancelled(.shutdown): .shutdown
            }
    }
}
