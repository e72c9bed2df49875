/// Collects a trace's records and holds them to their rules.
struct TraceAssembly {
    private let limits: TraceLimits
    private var trace: Trace

    init(blockTokens: Int = 0, _ limits: TraceLimits) {
        self.limits = limits
        trace = Trace(records: [], blockTokens: blockTokens)
    }

    /// Adds the record of a line; one without prompt or answer is counted and left out.
    mutating func add(_ record: TraceRecord) throws(TraceError.Problem) {
        for (name, tokens) in [("input length", record.inputTokens), ("output length", record.outputTokens)] {
            guard tokens >= 0 else { throw .badField(name, value: "\(tokens)") }
            guard tokens <= limits.tokens else { throw .tooGreat(name, value: tokens, limit: limits.tokens) }
        }
        if let last = trace.records.last, record.arrival < last.arrival { throw .timeGoesBack }
        guard record.inputTokens > 0, record.outputTokens > 0 else {
            trace.skippedCount += 1
            return
        }
        guard trace.records.count < limits.records else { throw .tooManyRecords(limit: limits.records) }
        trace.records.append(record)
    }

    func finished() throws(TraceError) -> Trace {
        guard !trace.records.isEmpty else { throw TraceError(line: 0, .empty) }
        return trace
    }
}
