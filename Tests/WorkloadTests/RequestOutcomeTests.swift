import ServingTypes
import Testing
import Workload

/// What a client saw of one request becomes latencies.
@Suite struct RequestOutcomeTests {
    /// Scheduled at 10 ms, sent at 12 ms; pieces of output at the given milliseconds with so many tokens.
    static func outcome(_ pieces: [(time: Int, tokens: Int)]) -> RequestOutcome {
        var outcome = RequestOutcome(index: 0, scheduled: .milliseconds(10), promptTokens: 5)
        outcome.sent = .milliseconds(12)
        for piece in pieces { outcome.recordChunk(at: .milliseconds(piece.time), tokens: piece.tokens) }
        return outcome
    }

    @Test(arguments: [
        ("one token has no gap", [(30, 1)], LatencyMetric.gap, nil),
        ("one token has no time per output token", [(30, 1)], .tpot, nil),
        ("TTFT counts from the send", [(30, 1), (40, 1)], .ttft, 18),
        ("the gap ends with the second token", [(30, 1), (40, 1), (90, 1)], .gap, 10),
        ("a first piece of two tokens has no gap", [(30, 2), (40, 1)], .gap, 0),
        ("a second piece of many tokens brings the second", [(30, 1), (44, 9)], .tt2t, 32),
        ("TPOT divides by all tokens but the first", [(30, 1), (60, 3)], .tpot, 10),
        ("E2EL ends with the last token", [(30, 1), (60, 3)], .e2el, 48),
        ("the client's queue is what came before the send", [(30, 1)], .clientQueueTime, 2),
        ("TTFT with the queue counts from the schedule", [(30, 1)], .ttftIncludingClientQueue, 20),
        ("ITL is no single value", [(30, 1), (60, 3)], .itl, nil),
    ])
    func latency(requirement: String, pieces: [(Int, Int)], metric: LatencyMetric, milliseconds: Int?) {
        let outcome = Self.outcome(pieces.map { (time: $0.0, tokens: $0.1) })
        #expect(outcome.latency(metric) == milliseconds.map { .milliseconds($0) }, "\(requirement)")
    }

    @Test func `a request that was sent and has output is complete unless it failed`() {
        var outcome = Self.outcome([(30, 1)])
        #expect(outcome.isCompleted)
        outcome.failure = .streamTruncated
        #expect(!outcome.isCompleted)
        #expect(!Self.outcome([]).isCompleted)
    }

    @Test(arguments: [
        (200, nil), (429, FailureReason.rejected), (503, .rejected), (404, .badRequest), (500, .serverError),
        (302, .serverError),
    ])
    func `a status has one reason`(status: Int, reason: FailureReason?) {
        #expect(FailureReason(status: status) == reason)
    }

    @Test(arguments: [
        ("never sent", nil, nil, FailureReason.cancelled), ("not over", 12, nil, .cancelled),
        ("over without output", 12, 40, .empty),
    ])
    func `a request without output and without a reason gets one`(
        requirement: String,
        sent: Int?,
        ended: Int?,
        reason: FailureReason
    ) throws {
        var outcome = RequestOutcome(index: 0, scheduled: .zero, promptTokens: 1)
        (outcome.sent, outcome.ended) = (sent.map { .milliseconds($0) }, ended.map { .milliseconds($0) })
        var builder = ReportBuilder(settings: try SmallRun.settings())
        builder.add(outcome)
        #expect(builder.failed == 1)
        let report = builder.report(duration: .seconds(1), tool: "test")
        #expect(report.failures == [reason: 1], "\(requirement)")
    }

    @Test(arguments: [
        (["ttft:200", "tpot:50"], "ttft:200.0 tpot:50.0"), (["e2el:1000.5"], "e2el:1000.5"),
        (["tt2t:1", "gap:0"], "gap:0.0 tt2t:1.0"), ([], ""),
    ])
    func `service levels are read as goodput pairs`(pairs: [String], expected: String) throws {
        let levels = try ServiceLevels(parsing: pairs)
        let text = levels.levels.map { "\($0.metric.rawValue):\($0.limit.milliseconds)" }
        #expect(text.joined(separator: " ") == expected)
    }

    @Test(arguments: [
        (["ttft"], ServiceLevelError.notAPair("ttft")), (["ttft:1:2"], .notAPair("ttft:1:2")),
        (["itl:5"], .unknownMetric("itl")), (["speed:5"], .unknownMetric("speed")),
        (["ttft:-1"], .badLimit("ttft:-1")), (["ttft:nan"], .badLimit("ttft:nan")),
        (["ttft:1", "ttft:2"], .repeated("ttft")),
    ])
    func `wrong service levels say what is wrong`(pairs: [String], expected: ServiceLevelError) {
        #expect(throws: expected) { try ServiceLevels(parsing: pairs) }
    }

    @Test func `a latency that a request lacks meets its level`() throws {
        let levels = try ServiceLevels(parsing: ["gap:1", "tpot:1", "tt2t:1", "ttft:18"])
        #expect(levels.areMet(by: Self.outcome([(30, 1)]), includingClientQueue: false))
        #expect(!levels.areMet(by: Self.outcome([(30, 1)]), includingClientQueue: true))
        #expect(!levels.areMet(by: Self.outcome([(30, 1), (32, 1)]), includingClientQueue: false))
    }
}
