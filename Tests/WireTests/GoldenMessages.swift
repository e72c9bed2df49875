import ServingTypes
import Wire

/// One fixed value of every message, and of every shape that changes how it is encoded.
enum GoldenMessages {
    static let attempt = AttemptID(
        request: RequestID(rawValue: Bytes128(high: 0x0011_2233_4455_6677, low: 0x8899_AABB_CCDD_EEFF)),
        number: 3
    )
    static let handOff = KVTransferID(attempt: attempt, kind: .handOff)
    static let fetchTransfer = KVTransferID(attempt: attempt, kind: .fetch)
    static let grant = Grant(rawValue: Bytes128(high: 0xA1A2_A3A4_A5A6_A7A8, low: 0xB1B2_B3B4_B5B6_B7B8))
    static let worker = WorkerRef(
        id: WorkerID(rawValue: "decode-1"),
        incarnation: Incarnation(rawValue: 0xDEC0_DE01)
    )
    static let address = WorkerAddress(worker: worker, host: "10.0.0.7", port: 7_443)
    static let failure = ServingError(.noCapacity, "request needs 12 KV blocks, 3 are free: retry later")
    static let blocks: BlockGauges = {
        var gauges = BlockGauges()
        gauges.free = 100
        gauges.cached = 20
        gauges.running = 30
        gauges.reserved = 4
        gauges.leased = 5
        gauges.quarantined = 1
        return gauges
    }()
    static let path = PathReport(
        peer: WorkerID(rawValue: "decode-2"),
        bytesPerSecond: 117_500_000.5,
        inFlightBytes: 1_048_576,
        isBacklogged: true,
        roundTrip: .microseconds(850),
        expectedBytesPerSecond: 1_250_000_000,
        isDegraded: true,
        sampleCount: 300,
        isProbed: true,
        recentBytesPerSecond: 98_000_000.25,
        deliveredBytes: 5_000_000_000,
        waitingBytes: 48_000_000
    )
    /// Of a hand-off through a codec.
    private static let encodedReport: StageReport = {
        var sent = report
        sent.wireBytes = 14_910_000
        return sent
    }()

    static let report: StageReport = {
        var report = StageReport()
        report.queue = .microseconds(1_500)
        report.prefill = .milliseconds(320)
        report.transfer = .milliseconds(280)
        report.exposedTransfer = .milliseconds(12)
        report.decode = .seconds(4)
        report.hitTokens = 512
        report.computedTokens = 1_488
        report.transferBytes = 57_344_000
        report.outputTokens = 128
        report.fetchedTokens = 256
        report.fetch = .milliseconds(45)
        return report
    }()

    static let all: [(name: String, message: Message)] = control + inference + kvTransfer + admin

    private static let control: [(name: String, message: Message)] = [
        ("hello-router", .hello(HelloMismatchTests.process(.router, "router-1"))),
        ("hello-worker", .hello(HelloMismatchTests.worker("decode-1"))),
        ("register", .register(registration)),
        ("registered", .registered(heartbeatInterval: .seconds(3))),
        ("load-idle", .load(LoadReport())),
        ("load-busy", .load(load)),
        ("load_resync", .loadResync),
        ("heartbeat", .heartbeat(Heartbeat(sequence: 41, progress: 123_456, isEcho: false))),
        ("heartbeat-echo", .heartbeat(Heartbeat(sequence: 41, progress: 9, isEcho: true))),
        ("drain", .drain),
        ("undrain", .undrain),
        ("drain_status", .drainStatus(DrainStatus(requests: 3, leases: 2))),
        ("set_role", .setRole(.decode)),
        ("role_answer", .roleAnswer(roleAnswer)),
        ("role_answer-refused", .roleAnswer(refusedRole)),
        ("flush_cache", .flushCache),
        ("cache_flushed", .cacheFlushed(CacheFlush(droppedBlocks: 300, keptBlocks: 12))),
        ("failure", .failure(failure)),
    ]

    private static let inference: [(name: String, message: Message)] = [
        ("assign-prefill", .assign(assignment(.prefill(handOffTo: address)))),
        ("assign-decode", .assign(assignment(.decode(from: worker)))),
        ("assign-whole", .assign(assignment(.whole))),
        ("assign-fetch", .assign(fetchingAssignment)),
        ("answer-taken", .answer(AssignmentAnswer(attempt: attempt))),
        (
            "answer-refused",
            .answer(AssignmentAnswer(attempt: attempt, refusal: failure, retryAfter: .milliseconds(250)))
        ),
        ("tokens", .tokens(TokenBatch(attempt: attempt, firstIndex: 17, tokens: [SampledToken(id: 9_707)]))),
        ("tokens-logprobs", .tokens(tokenBatch)),
        ("ended-done", .ended(WorkEnded(attempt: attempt, report: report))),
        ("ended-encoded", .ended(WorkEnded(attempt: attempt, report: encodedReport))),
        ("ended-failed", .ended(WorkEnded(attempt: attempt, failure: failure, report: StageReport()))),
        ("cancel", .cancel(attempt, reason: ServingError(.cancelled, "the client closed its connection"))),
        ("preempt", .preempt(attempt)),
    ]

    private static let kvTransfer: [(name: String, message: Message)] = [
        ("offer", .offer(KVOffer(transfer: handOff, grant: grant, blockCount: 125))),
        ("offer-fetch", .offer(KVOffer(transfer: fetchTransfer, grant: grant, blockCount: 40))),
        ("held", .held(KVHeld(transfer: handOff, heldBlocks: 32, creditBytes: 67_108_864))),
        (
            "held-stalled",
            .held(
                KVHeld(
                    transfer: fetchTransfer,
                    heldBlocks: 0,
                    creditBytes: 67_108_864,
                    landedThrough: 300,
                    isStalled: true
                )
            )
        ),
        ("chunks", .chunks(chunks(of: handOff))),
        ("chunks-fetch", .chunks([chunk(of: fetchTransfer, codec: .cachegen)])),
        ("hand_off", .handOff(KVHandOff(attempt: attempt, grant: grant, token: SampledToken(id: 9_707)))),
        ("hand_off-logprobs", .handOff(KVHandOff(attempt: attempt, grant: grant, token: token))),
        ("verified", .verified(handOff)),
        ("verified-fetch", .verified(fetchTransfer)),
        ("abort", .abort(KVAbort(transfer: handOff, error: ServingError(.checksum, "layer 3, block 7")))),
        ("fetch", .fetch(fetch)),
        ("resend", .resend(KVResend(transfer: handOff, numbers: [7, 300, .max]))),
        ("probe", .probe(KVProbe(number: 9, payloadBytes: 262_144))),
        ("probed", .probed(number: 9)),
    ]

    private static let admin: [(name: String, message: Message)] = [
        ("drain_request", .drainRequest(DrainRequest(worker: worker.id, isResume: false))),
        ("drain_request-resume", .drainRequest(DrainRequest(worker: worker.id, isResume: true))),
        (
            "drain_reply",
            .drainReply(
                DrainReply(worker: worker.id, isDraining: true, owed: DrainStatus(requests: 1, leases: 0))
            )
        ),
        ("request_query", .requestQuery("chat-7f3a")),
        ("decision", .decision(.known(#"{"request":"00ff","state":"waiting"}"#))),
        ("decision-unknown", .decision(.unknown(failure))),
        ("role_request", .roleRequest(RoleRequest(worker: worker.id, role: .prefill))),
        ("role_reply", .roleReply(RoleReply(worker: worker.id, answer: roleAnswer))),
        ("document_request", .documentRequest(DocumentRequest(.cluster))),
        ("document_request-tenant", .documentRequest(DocumentRequest(.requests, argument: "alice"))),
        ("document_reply", .documentReply(.document(#"{"router":"r1","workers":[]}"#))),
        ("document_reply-failed", .documentReply(.failure(failure))),
        ("worker_order", .workerOrder(WorkerOrder(.cordon, worker: worker.id))),
        ("worker_order-forced", .workerOrder(WorkerOrder(.remove, worker: worker.id, isForced: true))),
        ("worker_order_reply", .workerOrderReply(WorkerOrderReply(worker: worker.id, requests: 3))),
        (
            "worker_order_reply-flushed",
            .workerOrderReply(
                WorkerOrderReply(
                    worker: worker.id,
                    flushed: CacheFlush(droppedBlocks: 300, keptBlocks: 12)
                )
            )
        ),
        (
            "worker_order_reply-failed",
            .workerOrderReply(WorkerOrderReply(worker: worker.id, failure: failure))
        ),
    ]

    private static let registration: WorkerRegistration = {
        var cost = CostCoefficients()
        cost.a = 0.001
        cost.b = 0.000_02
        cost.d = 1e-9
        cost.m = 0.004
        cost.e = 0.005
        cost.f = 0.000_1
        cost.g = 2e-8
        return WorkerRegistration(
            address: address,
            role: .decode,
            modelName: "qwen3-0.6b",
            contextTokens: 32_768,
            blockCount: 4_096,
            cost: cost,
            maxRunning: 64,
            site: "hall-2",
            codecs: [
                KVCodecRate(
                    codec: .q8,
                    encodeBytesPerSecond: 4e9,
                    decodeBytesPerSecond: 6e9,
                    sizeRatio: 0.515_625
                ),
                KVCodecRate(
                    codec: .cachegen,
                    encodeBytesPerSecond: 2e8,
                    decodeBytesPerSecond: 2.5e8,
                    sizeRatio: 0.25
                ),
            ]
        )
    }()

    private static let load: LoadReport = {
        var report = plainLoad
        report.queuedSeconds = 0.75
        (report.shortQueuedSeconds, report.shortTokens, report.stepTokens) = (0.125, 511, 512)
        report.yieldSeconds = 0.0625
        report.decoding = 6
        report.contextTokens = 12_288
        report.fittedCost = CostCoefficients()
        report.fittedCost?.a = 0.003
        report.fittedCost?.b = 2.8e-5
        return report
    }()

    private static let plainLoad = LoadReport(
        sequence: 77,
        isFull: false,
        waiting: 2,
        running: 8,
        queuedTokens: 5_120,
        blocks: blocks,
        isDraining: true,
        progress: 123_456,
        paths: [path, PathReport(peer: WorkerID(rawValue: "decode-3"), bytesPerSecond: 0, inFlightBytes: 0)],
        addedBlocks: [1, 2].map { BlockHash(rawValue: Bytes128(high: 0x1111, low: $0)) },
        removedBlocks: [BlockHash(rawValue: Bytes128(high: 0x2222, low: 3))]
    )

    private static func assignment(_ part: Assignment.Part) -> Assignment {
        var sampling = SamplingParameters()
        sampling.temperature = 0.7
        sampling.topP = 0.9
        sampling.topK = 40
        sampling.minP = 0.05
        sampling.presencePenalty = 0.5
        sampling.frequencyPenalty = -0.25
        sampling.logitBias = [LogitBias(token: 5, bias: -100), LogitBias(token: 70_000, bias: 2.5)]
        sampling.seed = 0x5EED
        sampling.choiceIndex = 1
        sampling.topLogprobs = 0
        sampling.maxTokens = 256
        sampling.endTokens = [151_645, 151_643]
        return Assignment(
            attempt: attempt,
            part: part,
            tokens: [1, 2, 300, 70_000],
            promptTokens: 3,
            sampling: sampling,
            hashKey: BlockHashKey(rawValue: Bytes128(high: 0xC1, low: 0xC2)),
            grant: grant,
            lease: .seconds(10)
        )
    }

    private static let fetchingAssignment: Assignment = {
        var plan = assignment(.prefill(handOffTo: address))
        plan.terms.priority = .batch
        plan.terms.tenant = TenantTag(rawValue: 0x7E)
        plan.terms.weight = 3
        plan.terms.ttftLimit = .milliseconds(500)
        plan.terms.tpotLimit = .milliseconds(40)
        plan.terms.expectedOutput = 120
        plan.terms.isBeyondShare = true
        plan.preemptions = 2
        plan.codec = .q8
        plan.acceptsLossy = true
        plan.budget = KVBudget(tokens: 1_024, sinkTokens: 4, recentTokens: 64)
        plan.fetch = KVFetchPlan(
            source: WorkerAddress(worker: worker, host: "10.0.0.8", port: 7_444),
            blockCount: 40
        )
        return plan
    }()

    private static let fetch = KVFetch(
        attempt: attempt,
        grant: grant,
        firstBlock: 8,
        acceptsLossy: true,
        codec: .q8,
        lease: .seconds(10),
        hashes: [1, 2, 3].map { BlockHash(rawValue: Bytes128(high: 0x3333, low: $0)) }
    )

    private static let token = SampledToken(
        id: 9_707,
        logprob: -0.5,
        top: [
            SampledToken.Logprob(token: 9_707, value: -0.5), SampledToken.Logprob(token: 11, value: -2.25),
        ]
    )

    private static let tokenBatch = TokenBatch(
        attempt: attempt,
        firstIndex: 0,
        tokens: [token, SampledToken(id: 12), SampledToken(id: 151_645, logprob: 0)],
        finish: .stop
    )

    private static func chunk(of transfer: KVTransferID, codec: KVCodec) -> KVChunk {
        KVChunk(
            transfer: transfer,
            grant: grant,
            number: 5,
            firstLayer: 4,
            layerCount: 2,
            firstBlock: 32,
            blockCount: 93,
            codec: codec,
            checksum: 0xE306_9283
        )
    }

    private static func chunks(of transfer: KVTransferID) -> [KVChunk] {
        let first = chunk(of: transfer, codec: .raw)
        var second = first
        (second.number, second.firstLayer, second.checksum) = (6, 6, 0x1234_5678)
        second.endsBurst = true
        return [first, second]
    }

    private static let roleAnswer = RoleAnswer(wanted: .decode, current: .prefill, requests: 3, leases: 1)
    private static let refusedRole = RoleAnswer(
        wanted: .prefill,
        current: .decode,
        requests: 0,
        leases: 0,
        failure: ServingError(.unauthorized, "the certificate does not allow the role prefill")
    )
}
