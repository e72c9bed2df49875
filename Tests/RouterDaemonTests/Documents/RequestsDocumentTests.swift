import DaemonKit
import ServingTypes
import Testing

@testable import RouterDaemon
@testable import ServingCore

/// What operators are told of requests in flight, and of those that ended lately.
@Suite struct RequestsDocumentTests {
    private static let pair = PlacementPlan(
        prefill: RequestRecordTests.worker("p1"),
        decode: RequestRecordTests.worker("d1")
    )
    private static let whole = PlacementPlan(prefill: nil, decode: RequestRecordTests.worker("d1"))

    private static func attempt(
        _ number: UInt32,
        _ plan: PlacementPlan,
        placed: Int,
        first: Int? = nil,
        second: Int? = nil,
        failed: Int? = nil
    ) -> AttemptRecord {
        var attempt = RequestRecordTests.record(RequestRecordTests.request(1), plan: plan).attempts[0]
        attempt.number = number
        attempt.placedAfter = .milliseconds(placed)
        attempt.firstTokenAfter = first.map { .milliseconds($0) }
        attempt.secondTokenAfter = second.map { .milliseconds($0) }
        attempt.endedAfter = .milliseconds(failed ?? 0)
        attempt.failure = failed.map { _ in ServingError(.peerLost, "gone") }
        return attempt
    }

    private static func request(
        _ phase: RequestStatus.Phase,
        _ attempts: [AttemptRecord]
    ) -> RequestsDocument.Request {
        let status = RequestStatus(
            phase: phase,
            plan: attempts.last?.chosen,
            attempt: attempts.last?.number ?? 0,
            promptTokens: 100,
            outputTokens: 3,
            maxOutputTokens: 16,
            priority: .batch,
            ttft: .milliseconds(20),
            submittedAt: Timestamp(nanoseconds: 1_000_000)
        )
        let progress = RequestProgress(
            request: RequestRecordTests.request(255),
            status: status,
            attempts: attempts
        )
        let label = RecordBook.Label(name: "chat", requestClass: "fast", tenant: "alice")
        return RequestsDocument.Request(progress, label, now: Timestamp(nanoseconds: 51_000_000))
    }

    private static func text(_ stages: [RequestsDocument.Stage]) -> String {
        stages.map { stage in
            let attempt = stage.attempt.map { " \($0)" } ?? ""
            return "\(stage.name)\(attempt) \(Int(stage.startMs))-\(stage.endMs.map { "\(Int($0))" } ?? "")"
        }.joined(separator: ", ")
    }

    @Test(arguments: [
        (
            "it waits", RequestStatus.Phase.waiting, [AttemptRecord](), RequestsDocument.State.waiting,
            "waiting 0-"
        ),
        (
            "its prompt is computed", .placed, [attempt(1, pair, placed: 5)], .prefill,
            "waiting 0-5, prefill 1 5-"
        ),
        (
            "its KV is on the way", .placed, [attempt(1, pair, placed: 0, first: 9)], .transfer,
            "prefill 1 0-9, transfer 1 9-"
        ),
        (
            "it decodes elsewhere", .decoding, [attempt(1, pair, placed: 0, first: 9, second: 12)], .decode,
            "prefill 1 0-9, transfer 1 9-12, decode 1 12-"
        ),
        (
            "it decodes where it was computed", .decoding, [attempt(1, whole, placed: 0, first: 9)], .decode,
            "prefill 1 0-9, decode 1 9-"
        ),
        (
            "it waits for another place", .waiting, [attempt(1, pair, placed: 2, first: 9, failed: 30)],
            .waiting, "waiting 0-2, failed 1 2-30, waiting 30-"
        ),
        (
            "it is computed again", .placed,
            [attempt(1, pair, placed: 2, failed: 30), attempt(2, whole, placed: 33)], .prefill,
            "waiting 0-2, failed 1 2-30, waiting 30-33, prefill 2 33-"
        ),
    ])
    func stages(
        requirement: String,
        phase: RequestStatus.Phase,
        attempts: [AttemptRecord],
        state: RequestsDocument.State,
        stages: String
    ) {
        let request = Self.request(phase, attempts)
        #expect(request.state == state && Self.text(request.stages) == stages, "\(requirement): \(request)")
    }

    @Test func `who asks, for how much and how long is told`() {
        var running = Self.attempt(2, Self.pair, placed: 0)
        (running.chosen.hitTokens, running.chosen.fetchedTokens) = (32, 16)
        let request = Self.request(.placed, [running])
        #expect([request.request, request.tenant, request.requestClass] == ["chat", "alice", "fast"])
        #expect(request.id == "000000000000000000000000000000ff" && request.priority == "batch")
        #expect(request.promptTokens == 100 && request.cachedTokens == 48 && request.attempt == 2)
        #expect(request.outputTokens == 3 && request.maxOutputTokens == 16)
        #expect(request.ageMs == 50 && request.ttftMs == 20)
        #expect(request.prefillWorker == "p1" && request.decodeWorker == "d1")
        let waiting = Self.request(.waiting, [Self.attempt(1, Self.pair, placed: 2, failed: 30)])
        #expect(waiting.prefillWorker == nil && waiting.decodeWorker == nil && waiting.cachedTokens == 0)
    }

    // MARK: Those that ended

    @Test func `only requests that ended lately count, with the latencies that they had`() {
        var recent = RecentRequests()
        let now = Timestamp(nanoseconds: 100_000_000_000)
        for index in (1...100).reversed() {
            var record = RequestRecordTests.record(RequestRecordTests.request(UInt64(index)), plan: Self.pair)
            record.submittedAt = Timestamp(nanoseconds: 60_000_000_000)
            record.ttft = .milliseconds(index)
            record.outputTokens = 11
            record.elapsed = .milliseconds(index + 20)
            let isTaken = recent.take(record, now: now, within: .seconds(60))
            #expect(isTaken)
        }
        var old = RequestRecordTests.record(RequestRecordTests.request(101), plan: Self.pair)
        old.submittedAt = Timestamp(nanoseconds: 39_000_000_000)
        let isOldTaken = recent.take(old, now: now, within: .seconds(60))
        #expect(!isOldTaken)
        let document = recent.document(seconds: 60)
        #expect(document.requests == 100 && document.outputTokens == 1_100)
        #expect(document.ttftMsP50 == 50 && document.ttftMsP99 == 99)
        #expect(document.tpotMsP50 == 2 && document.tpotMsP99 == 2)
        #expect(RecentRequests().document(seconds: 60) == ClusterDocument.Recent(seconds: 60))
    }

    @Test func `predictions are compared with what the computing worker took`() throws {
        var errors = TTFTErrors(limit: 3)
        for (measured, isEnough) in [(8, false), (4, false), (2, true)] {
            var record = RequestRecordTests.record(RequestRecordTests.request(1), plan: Self.pair)
            record.attempts[0].placedAfter = .milliseconds(1)
            record.attempts[0].firstTokenAfter = .milliseconds(1 + measured)
            let goesOn = errors.take(record)
            #expect(goesOn == !isEnough)
        }
        // Predicted were 4 ms each.
        let error = try #require(errors.document(of: WorkerID(rawValue: "p1")))
        #expect(error == LoadsDocument.PredictionError(prompts: 3, median: 0, p90: 1))
        #expect(errors.document(of: WorkerID(rawValue: "d1")) == nil)
    }

    @Test func `lost workers are remembered for an hour, the latest of very many`() {
        func registration(_ name: String) -> WorkerRegistration {
            WorkerRegistration(
                address: WorkerAddress(worker: RequestRecordTests.worker(name), host: "h", port: 1),
                role: .decode,
                modelName: "tiny",
                contextTokens: 64,
                blockCount: 8,
                cost: CostCoefficients(),
                maxRunning: 4
            )
        }
        var lost = LostWorkers()
        let reason = ServingError(.peerLost, "closed")
        for index in 0...LostWorkers.limit {
            lost.add(registration("w\(index)"), reason: reason, now: Timestamp(nanoseconds: Int64(index)))
        }
        #expect(lost.all(now: .zero).count == LostWorkers.limit)
        let (second, first) = (lost.remove(WorkerID(rawValue: "w1")), lost.remove(WorkerID(rawValue: "w0")))
        #expect(second && !first, "the first made room")
        #expect(lost.all(now: .zero).count == LostWorkers.limit - 1)
        #expect(lost.all(now: Timestamp.zero + LostWorkers.memory + .microseconds(1)).isEmpty)
    }
}
