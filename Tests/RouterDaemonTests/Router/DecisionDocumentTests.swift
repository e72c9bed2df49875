import ServingTypes
import Testing

@testable import RouterDaemon
@testable import ServingCore

/// What is told of a request's decisions.
@Suite struct DecisionDocumentTests {
    private static let label = RecordBook.Label(name: "chat", requestClass: "fast", tenant: "alice")

    private static func document(_ change: (inout RequestRecord) -> Void) -> DecisionDocument {
        let plan = PlacementPlan(
            prefill: RequestRecordTests.worker("p1"),
            decode: RequestRecordTests.worker("d1")
        )
        var record = RequestRecordTests.record(RequestRecordTests.request(255), plan: plan)
        record.submittedAt = Timestamp(nanoseconds: 2_500_000)
        change(&record)
        return DecisionDocument(record, label, unixOrigin: 1_700_000_000_000_000_000)
    }

    @Test(arguments: [
        ("an answer", RequestOutcome.finished(.length), DecisionDocument.State.finished, "length", nil),
        ("a stop string completes the answer", .cancelled(.stopString), .finished, "stop", nil),
        (
            "an error is what the client was told", .failed(ServingError(.deadline, "too late")), .failed,
            "error",
            "deadline: too late"
        ),
        (
            "a client that left", .cancelled(.clientGone), .failed, "client_gone",
            "cancelled: the client went away"
        ),
    ])
    func endings(
        requirement: String,
        outcome: RequestOutcome,
        state: DecisionDocument.State,
        word: String,
        failure: String?
    ) {
        let document = Self.document { $0.outcome = outcome }
        #expect(document.state == state && document.outcome == word, "\(requirement)")
        #expect(document.failure == failure, "\(requirement)")
    }

    @Test func `who asked, when, and what was decided are told`() throws {
        let document = Self.document { record in
            record.attempts[0].placedAfter = .milliseconds(1)
            record.attempts[0].firstTokenAfter = .milliseconds(5)
            record.attempts[0].secondTokenAfter = .milliseconds(9)
            record.attempts[0].endedAfter = .milliseconds(20)
            record.attempts[0].chosen.predictedTTFT = .milliseconds(3)
            record.attempts[0].chosen.predictedGap = .milliseconds(6)
            record.attempts[0].chosen.parts.wait = 0.009
        }
        #expect(document.request == "000000000000000000000000000000ff")
        #expect(document.submittedUnixMilliseconds == 1_700_000_000_002)
        #expect(
            [document.clientRequestID, document.tenant, document.requestClass] == ["chat", "alice", "fast"]
        )
        let attempt = try #require(document.attempts.first)
        #expect(attempt.policy == "round_robin" && attempt.reason == "next in turn" && attempt.margin == nil)
        #expect(attempt.chosen.name == "p1 -> d1" && attempt.chosen.total == Milliseconds(.milliseconds(9)))
        #expect(
            attempt.ttft == Milliseconds(.milliseconds(4)) && attempt.gap == Milliseconds(.milliseconds(4))
        )
        #expect(attempt.elapsed == Milliseconds(.milliseconds(19)))
        // Three predicted, four measured: a quarter too little; six for four: half too much.
        #expect(attempt.ttftError == -0.25 && attempt.gapError == 0.5)
    }
}
