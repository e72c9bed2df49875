import Observability
import ServingTypes
import Testing

@testable import RouterDaemon
@testable import ServingCore

/// What is kept, logged and counted of a request's placement.
@Suite struct RequestRecordTests {
    static func worker(_ name: String) -> WorkerRef {
        WorkerRef(id: WorkerID(rawValue: name), incarnation: Incarnation(rawValue: 1))
    }

    static let source = WorkerAddress(worker: worker("d2"), host: "h", port: 1)

    static let basis = PlacementBasis(policy: .roundRobin, reason: .turn, planCount: 1, tokens: 8)

    static func request(_ number: UInt64) -> RequestID {
        RequestID(rawValue: Bytes128(high: 0, low: number))
    }

    static func record(_ request: RequestID, plan: PlacementPlan?, _ report: StageReport = StageReport())
        -> RequestRecord
    {
        let attempts = plan.map { plan in
            AttemptRecord(
                number: 1,
                chosen: ScoredPlan(
                    plan: plan,
                    predictedTTFT: .milliseconds(4),
                    predictedGap: .milliseconds(1),
                    predictedFetch: .zero,
                    harm: .zero,
                    hitTokens: 0,
                    fetchedTokens: 0,
                    transferBytes: 0,
                    wireBytes: 0,
                    failures: 0
                ),
                alternatives: [],
                basis: basis,
                placedAfter: .microseconds(500),
                prefillReport: plan.prefill == nil ? nil : report,
                decodeReport: report,
                failure: nil,
                wasRefused: false
            )
        }
        return RequestRecord(
            request: request,
            promptTokens: 8,
            outputTokens: 3,
            quality: .exact,
            submittedAt: Timestamp(nanoseconds: 0),
            ttft: .milliseconds(2),
            gap: nil,
            elapsed: .milliseconds(5),
            outcome: .finished(.stop),
            attempts: attempts.map { [$0] } ?? []
        )
    }

    @Test func `the log line says how KV got to the decode worker`() {
        var report = StageReport()
        report.fetchedTokens = 48
        report.fetch = .milliseconds(3)
        report.transferBytes = 4_096
        report.queue = .milliseconds(2)
        report.prefill = .milliseconds(7)
        let plan = PlacementPlan(
            prefill: Self.worker("p1"),
            decode: Self.worker("d1"),
            codec: .q8,
            fetch: KVFetchPlan(source: Self.source, blockCount: 3),
            budget: KVBudget(tokens: 512)
        )
        let fields = Self.record(Self.request(1), plan: plan, report).logFields
        let expected = [
            "plan": "\(plan)", "codec": "q8", "kv_budget_tokens": "512", "fetched_tokens": "48",
            "fetched_from": "\(Self.source.worker)", "transfer_bytes": "4096", "prompt_tokens": "8",
            "queue_ms": "2.0", "prefill_ms": "7.0",
            "outcome": "finished(stop)", "placed_ms": "0.5", "predicted_ttft_ms": "4.0",
            "predicted_gap_ms": "1.0",
        ]
        for (key, value) in expected { #expect(fields[key].map { "\($0)" } == value, "\(key)") }
    }

    @Test func `what did not happen is not in the log line`() {
        let whole = PlacementPlan(prefill: nil, decode: Self.worker("d1"))
        let fields = Self.record(Self.request(1), plan: whole).logFields
        #expect(fields["plan"] != nil)
        for key in ["codec", "kv_budget_tokens", "fetched_tokens", "transfer_bytes", "predicted_gap_ms"] {
            #expect(fields[key] == nil, "\(key)")
        }
        #expect(Self.record(Self.request(1), plan: nil).logFields["plan"] == nil)
    }

    @Test func `a record keeps the client's name and class until it makes room`() {
        var book = RecordBook(limit: 2)
        for number in 1...3 as ClosedRange<UInt64> {
            let label = RecordBook.Label(
                name: "r\(number)",
                requestClass: number == 2 ? "fast" : "exact",
                tenant: "alice"
            )
            book.begin(Self.request(number), label)
            book.add(Self.record(Self.request(number), plan: nil))
        }
        #expect(book.label(of: Self.request(1)) == nil && book.request(named: "r1") == nil)
        #expect(book.label(of: Self.request(2))?.requestClass == "fast")
        #expect(book.request(named: "r3") == Self.request(3))
        #expect(book.latest(5).map(\.0.request) == [Self.request(3), Self.request(2)])
        #expect(book.latest(1).first?.1?.name == "r3")
    }

    @Test func `placements are counted once, by kind, and by codec where KV crosses`() {
        let registry = PrometheusRegistry()
        let metrics = RouterMetrics(in: registry)
        let fetch = KVFetchPlan(source: Self.source, blockCount: 3)
        let decode = WorkerAddress(worker: Self.worker("d1"), host: "h", port: 2)
        let given: [(Assignment.Part, KVCodec, KVFetchPlan?)] = [
            (.prefill(handOffTo: decode), .q8, nil), (.decode(from: Self.worker("p1")), .q8, nil),
            (.whole, .raw, nil), (.whole, .cachegen, fetch), (.prefill(handOffTo: decode), .raw, fetch),
        ]
        for (part, codec, fetch) in given {
            var assignment = Assignment(
                attempt: AttemptID(request: Self.request(1), number: 1),
                part: part,
                tokens: [1],
                promptTokens: 1,
                sampling: SamplingParameters(),
                hashKey: BlockHashKey(rawValue: Bytes128(high: 1, low: 2)),
                grant: Grant(rawValue: Bytes128(high: 1, low: 2)),
                lease: .seconds(1)
            )
            assignment.codec = codec
            assignment.fetch = fetch
            metrics.count(assignment)
        }
        #expect(PlanKind.allCases.map { metrics.plans[$0].value } == [1, 1, 2], "pair, whole, fetched")
        #expect(KVCodec.allCases.map { metrics.planCodecs[$0].value } == [1, 1, 1], "raw, q8, cachegen")
    }

    @Test func `when not all paths fit, the degraded and the busy are shown first`() {
        func path(_ peer: String, inFlight: Int = 0, isDegraded: Bool = false) -> PathReport {
            PathReport(
                peer: WorkerID(rawValue: peer),
                bytesPerSecond: 1,
                inFlightBytes: inFlight,
                isDegraded: isDegraded
            )
        }
        let paths = [path("e"), path("d"), path("c", inFlight: 1), path("b", isDegraded: true), path("a")]
        #expect(PathReport.shown(paths, limit: 3).map(\.peer.rawValue) == ["b", "c", "a"])
        #expect(PathReport.shown(paths, limit: 5) == paths)
    }
}
