import Observability
import ServingTypes

@testable import RouterDaemon
@testable import ServingCore

/// A traced chat whose decode worker is lost after the second token, with times in milliseconds after its
/// arrival.
enum TestTimeline {
    static let arrival = Timestamp(nanoseconds: 5_000_000_000)
    static let unixArrival: Int64 = 1_700_000_000_000_000_000

    static func at(_ milliseconds: Int64) -> Timestamp { arrival + .milliseconds(milliseconds) }

    static func context(span: UInt64 = 0xB7, state: String = "") throws -> TraceContext {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        guard var context = TraceContext(traceparent: text, tracestate: state),
            let own = SpanID(rawValue: span)
        else { throw CancellationError() }
        context.spanID = own
        return context
    }

    static func worker(_ name: String) -> WorkerRef {
        WorkerRef(id: WorkerID(rawValue: name), incarnation: Incarnation(rawValue: 1))
    }

    static func plan(_ plan: PlacementPlan) -> ScoredPlan {
        ScoredPlan(
            plan: plan,
            predictedTTFT: .milliseconds(15),
            predictedGap: .milliseconds(4),
            predictedFetch: .zero,
            harm: .zero,
            hitTokens: 16,
            fetchedTokens: 0,
            transferBytes: 4_096,
            wireBytes: 2_048,
            failures: 0
        )
    }

    /// Submitted at 5: placed at 7, tokens at 27 and 33, lost at 40; placed again at 42, tokens at 62 and 64,
    /// done at 80.
    static var record: RequestRecord {
        var sent = StageReport()
        sent.queue = .milliseconds(4)
        sent.prefill = .milliseconds(12)
        sent.transfer = .milliseconds(10)
        sent.exposedTransfer = .milliseconds(3)
        sent.computedTokens = 24
        sent.hitTokens = 16
        sent.transferBytes = 4_096
        sent.wireBytes = 2_100
        let pair = PlacementPlan(
            prefill: worker("p1"),
            decode: worker("d1"),
            codec: .q8,
            budget: KVBudget(tokens: 512)
        )
        let lost = AttemptRecord(
            number: 1,
            chosen: plan(pair),
            alternatives: [],
            basis: RequestRecordTests.basis,
            placedAfter: .milliseconds(2),
            firstTokenAfter: .milliseconds(22),
            secondTokenAfter: .milliseconds(28),
            endedAfter: .milliseconds(35),
            prefillReport: sent,
            decodeReport: nil,
            failure: ServingError(.peerLost, "the connection to d1 closed"),
            wasRefused: false
        )
        var whole = StageReport()
        whole.queue = .milliseconds(3)
        whole.prefill = .milliseconds(17)
        whole.decode = .milliseconds(18)
        whole.fetchedTokens = 32
        whole.fetch = .milliseconds(2)
        whole.outputTokens = 6
        let source = WorkerAddress(worker: worker("p1"), host: "h", port: 1)
        let resumed = AttemptRecord(
            number: 2,
            chosen: plan(
                PlacementPlan(
                    prefill: nil,
                    decode: worker("d2"),
                    fetch: KVFetchPlan(source: source, blockCount: 2)
                )
            ),
            alternatives: [],
            basis: RequestRecordTests.basis,
            placedAfter: .milliseconds(37),
            firstTokenAfter: .milliseconds(57),
            secondTokenAfter: .milliseconds(59),
            endedAfter: .milliseconds(75),
            prefillReport: nil,
            decodeReport: whole,
            failure: nil,
            wasRefused: false
        )
        return RequestRecord(
            request: RequestID(rawValue: Bytes128(high: 1, low: 2)),
            promptTokens: 40,
            outputTokens: 8,
            quality: .exact,
            submittedAt: at(5),
            ttft: .milliseconds(22),
            gap: .milliseconds(6),
            elapsed: .milliseconds(75),
            outcome: .finished(.length),
            attempts: [lost, resumed]
        )
    }

    static func finished(_ records: [RequestRecord] = [record]) throws -> RequestTimeline {
        let served = try TestModel.served()
        let body = JSONValue.object([
            "messages": .array([.object(["role": .string("user"), "content": .string("\"Hi\"")])]),
            "max_tokens": .integer(8), "stream": .bool(true), "temperature": .number(0.5),
            "top_p": .number(1),
        ])
        guard case .object(let members) = body else { throw CancellationError() }
        let request = try ChatRequest.read(FieldReader(members), for: served)
        return RequestTimeline(
            context: try context(state: "congo=t61rcWkgMzE"),
            parent: SpanID(rawValue: 0x00F0_67AA_0BA9_02B7),
            unixArrival: unixArrival,
            arrivedAt: arrival,
            readAt: at(1),
            tokenizedAt: at(4),
            streamedAt: at(28),
            endedAt: at(82),
            path: "/v1/chat/completions",
            requestID: "mine",
            tenant: "default",
            request: RequestTimeline.Asked(request, requestClass: "exact"),
            status: 200,
            records: records
        )
    }
}
