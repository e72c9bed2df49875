import ServingTypes

extension RequestOutcome {
    /// One of the request's latencies; `nil` when this request has none of the kind.
    ///
    /// ITL has many values per request and none here: see ``interTokenLatencies``.
    public func latency(_ metric: LatencyMetric) -> Duration? {
        switch metric {
        case .ttft: since(sent, until: firstToken)
        case .gap: since(firstToken, until: secondToken)
        case .tt2t: since(sent, until: secondToken)
        case .tpot: timePerOutputToken
        case .itl: nil
        case .e2el: since(sent, until: lastToken)
        case .ttfb: since(sent, until: firstByte)
        case .clientQueueTime: since(scheduled, until: sent)
        case .ttftIncludingClientQueue: since(scheduled, until: firstToken)
        case .e2elIncludingClientQueue: since(scheduled, until: lastToken)
        case .serverQueueTime: stages?.queue
        case .serverPrefillTime: stages?.prefill
        case .serverTransferTime: stages?.transfer
        case .serverDecodeTime: stages?.decode
        }
    }

    /// The times between successive pieces of output.
    public var interTokenLatencies: [Duration] { zip(chunks.dropFirst(), chunks).map { $0 - $1 } }

    /// (E2EL − TTFT) / (output tokens − 1); an answer of one token has none.
    private var timePerOutputToken: Duration? {
        guard outputTokens > 1, let decode = since(firstToken, until: lastToken) else { return nil }
        return decode / (outputTokens - 1)
    }

    private func since(_ start: Duration?, until end: Duration?) -> Duration? {
        guard let start, let end else { return nil }
        return end - start
    }
}
