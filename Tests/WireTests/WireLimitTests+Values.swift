import ServingTypes
import Wire

/// Values within and beyond the limits.
extension WireLimitTests {
    static let longestName = String(repeating: "n", count: WireLimits.nameBytes)
    static let longestRequestName = String(repeating: "r", count: WireLimits.requestNameBytes)

    static func assign(_ change: (inout Assignment) -> Void) -> Message {
        var generator = MessageGenerator(seed: 5)
        var assignment = generator.assignment()
        change(&assignment)
        return .assign(assignment)
    }

    static func hello(_ change: (inout Hello) -> Void) -> Message {
        .hello(HelloMismatchTests.worker("d", change))
    }

    static func tokens(_ first: Int, _ tokens: [SampledToken]) -> Message {
        .tokens(TokenBatch(attempt: GoldenMessages.attempt, firstIndex: first, tokens: tokens))
    }

    static func chunk(_ change: (inout KVChunk) -> Void) -> Message {
        var generator = MessageGenerator(seed: 7)
        var chunk = generator.chunk()
        change(&chunk)
        return .chunks([chunk])
    }

    static var plainChunk: KVChunk {
        var generator = MessageGenerator(seed: 7)
        return generator.chunk()
    }

    /// Of another transfer than `plainChunk`.
    static var fetchedChunk: KVChunk {
        var chunk = plainChunk
        chunk.transfer.kind = chunk.transfer.kind == .fetch ? .handOff : .fetch
        return chunk
    }

    static func fetch(_ change: (inout KVFetch) -> Void) -> Message {
        var generator = MessageGenerator(seed: 8)
        var fetch = generator.fetch()
        change(&fetch)
        return .fetch(fetch)
    }

    static func register(_ change: (inout WorkerRegistration) -> Void) -> Message {
        var generator = MessageGenerator(seed: 9)
        var registration = generator.registration()
        change(&registration)
        return .register(registration)
    }

    static func codec(encode: Double = 1, decode: Double = 1, ratio: Double = 1) -> Message {
        register {
            $0.codecs = [
                KVCodecRate(
                    codec: .q8,
                    encodeBytesPerSecond: encode,
                    decodeBytesPerSecond: decode,
                    sizeRatio: ratio
                )
            ]
        }
    }

    static func path(_ change: (inout PathReport) -> Void) -> Message {
        var path = GoldenMessages.path
        change(&path)
        return .load(LoadReport(paths: [path]))
    }

    static func report(_ change: (inout StageReport) -> Void) -> Message {
        var report = GoldenMessages.report
        change(&report)
        return .ended(WorkEnded(attempt: GoldenMessages.attempt, report: report))
    }

    static func resend(_ numbers: [UInt32]) -> Message {
        .resend(KVResend(transfer: GoldenMessages.fetchTransfer, numbers: numbers))
    }

    /// Values that the receiver would refuse, and the field that the sender is told.
    static let unsendable: [(message: Message, field: String)] = [
        (assign { $0.tokens = [] }, "assign.token_count"),
        (assign { $0.promptTokens = 0 }, "assign.prompt_tokens"),
        (assign { $0.promptTokens = $0.tokens.count + 1 }, "assign.prompt_tokens"),
        (assign { $0.attempt.number = 0 }, "attempt.number"),
        (assign { $0.lease = .zero }, "assign.lease_us"),
        (assign { $0.lease = .seconds(400 * 86_400) }, "assign.lease_us"),
        (assign { $0.sampling.temperature = .nan }, "sampling.temperature"),
        (assign { $0.sampling.topP = 1.5 }, "sampling.top_p"),
        (assign { $0.sampling.minP = -0.1 }, "sampling.min_p"),
        (assign { $0.sampling.presencePenalty = .infinity }, "sampling.presence_penalty"),
        (assign { $0.sampling.frequencyPenalty = 3 }, "sampling.frequency_penalty"),
        (assign { $0.sampling.logitBias = [LogitBias(token: 1, bias: 101)] }, "sampling.bias_values"),
        (
            assign { $0.sampling.logitBias = [2, 1].map { LogitBias(token: $0, bias: 0) } },
            "sampling.bias_tokens"
        ),
        (assign { $0.sampling.topLogprobs = 21 }, "sampling.top_logprobs"),
        (assign { $0.sampling.maxTokens = 0 }, "sampling.max_tokens"),
        (assign { $0.sampling.endTokens = Array(0...64) }, "sampling.end_tokens"),
        (assign { $0.part = .prefill(handOffTo: Self.address("", 1)) }, "worker.host"),
        (assign { $0.part = .prefill(handOffTo: Self.address("h", 0)) }, "worker.port"),
        (assign { $0.part = .decode(from: Self.worker("", 1)) }, "worker.name"),
        (assign { $0.part = .decode(from: Self.worker(longestName + "n", 1)) }, "worker.name"),
        (assign { $0.part = .decode(from: Self.worker("line\nbreak", 1)) }, "worker.name"),
        (assign { $0.part = .decode(from: Self.worker("w", 0)) }, "worker.incarnation"),
        (hello { $0.modelDigest = nil }, "hello.model_digest"),
        (hello { $0.layout = nil }, "hello.layout"),
        (hello { $0.numericsClass = "" }, "hello.numerics_class"),
        (hello { $0.codecs = [] }, "hello.codecs"),
        (hello { $0.codecs = Array(repeating: "raw", count: 17) }, "hello.codecs"),
        (hello { $0.listener = nil }, "hello.listen_host"),
        (hello { $0.listener?.port = 0 }, "hello.listen_port"),
        (hello { $0.cluster = "" }, "hello.cluster"),
        (hello { $0.incarnation = Incarnation(rawValue: 0) }, "hello.incarnation"),
        (hello { $0.layout?.layerCount = 1_025 }, "layout.layer_count"),
        (hello { $0.layout?.blockTokens = 24 }, "layout.block_tokens"),
        (.registered(heartbeatInterval: .zero), "registered.heartbeat_interval_us"),
        (tokens(0, []), "tokens.token_count"),
        (tokens(-1, [SampledToken(id: 1)]), "tokens.first_index"),
        (tokens(0, [SampledToken(id: 1, logprob: .nan)]), "tokens.logprob"),
        (tokens(0, [SampledToken(id: 1, logprob: 0.5)]), "tokens.logprob"),
        (
            tokens(
                0,
                [SampledToken(id: 1, top: Array(repeating: .init(token: 1, value: 0), count: 21))]
            ),
            "tokens.alternatives"
        ),
        (.chunks([]), "chunk"),
        (.chunks(Array(repeating: plainChunk, count: 257)), "chunks"),
        (.chunks([plainChunk, fetchedChunk]), "chunks"),
        (chunk { $0.layerCount = 0 }, "chunk.layer_count"),
        (chunk { ($0.firstLayer, $0.layerCount) = (1_000, 30) }, "chunk.first_layer + layer_count"),
        (chunk { $0.blockCount = (1 << 20) - $0.firstBlock + 1 }, "chunk.first_block + block_count"),
        (chunk { $0.number = 0 }, "chunk.number"),
        (chunk { $0.transfer.attempt.number = 0 }, "attempt.number"),
        (assign { $0.budget = KVBudget(tokens: 0, sinkTokens: 0, recentTokens: 0) }, "budget.tokens"),
        (assign { $0.budget = KVBudget(tokens: (1 << 20) + 1) }, "budget.tokens"),
        (assign { $0.budget = KVBudget(tokens: 68, sinkTokens: 4, recentTokens: 64) }, "budget.tokens"),
        (assign { $0.budget = KVBudget(tokens: 9, sinkTokens: -1) }, "budget.sink_tokens"),
        (assign { $0.budget = KVBudget(tokens: 9, recentTokens: -1) }, "budget.recent_tokens"),
        (
            assign { $0.fetch = KVFetchPlan(source: address("h", 1), blockCount: 0) },
            "fetch_plan.block_count"
        ),
        (assign { $0.fetch = KVFetchPlan(source: address("", 1), blockCount: 1) }, "worker.host"),
        (register { $0.site = longestName + "n" }, "register.site"),
        (register { $0.site = "line\nbreak" }, "register.site"),
        (
            register { $0.codecs = Array(repeating: longestRates[0], count: WireLimits.codecs + 1) },
            "register.codecs"
        ),
        (codec(encode: 0), "codec_rate.encode_bytes_per_second"),
        (codec(encode: .infinity), "codec_rate.encode_bytes_per_second"),
        (codec(decode: .nan), "codec_rate.decode_bytes_per_second"),
        (codec(ratio: 0), "codec_rate.size_ratio"),
        (codec(ratio: 2.1), "codec_rate.size_ratio"),
        (report { $0.fetchedTokens = -1 }, "report.fetched_tokens"),
        (report { $0.fetch = .seconds(-1) }, "report.fetch_us"),
        (resend([]), "resend.numbers"),
        (resend([1, 0]), "resend.numbers"),
        (resend(Array(repeating: 1, count: WireLimits.resendChunks + 1)), "resend.numbers"),
        (fetch { $0.hashes = [] }, "fetch.hash_count"),
        (
            fetch { $0.hashes = Array(repeating: $0.hashes[0], count: WireLimits.fetchHashes + 1) },
            "fetch.hash_count"
        ),
        (fetch { $0.firstBlock = 1 << 20 }, "fetch.first_block"),
        (fetch { $0.firstBlock = (1 << 20) - $0.hashes.count + 1 }, "fetch.first_block + hash_count"),
        (fetch { $0.lease = .microseconds(999) }, "fetch.lease_us"),
        (.probe(KVProbe(number: 1, payloadBytes: 0)), "probe.payload_bytes"),
        (.probe(KVProbe(number: 1, payloadBytes: WireLimits.probeBytes + 1)), "probe.payload_bytes"),
        (.requestQuery(""), "request_query.request"),
        (.requestQuery(longestRequestName + "r"), "request_query.request"),
        (.requestQuery("line\nbreak"), "request_query.request"),
        (.decision(.known("")), "decision.document_bytes"),
        (.documentReply(.document("")), "document_reply.document_bytes"),
        (.documentRequest(DocumentRequest(.loads, argument: "line\nbreak")), "document_request.argument"),
        (
            .documentRequest(
                DocumentRequest(
                    .loads,
                    argument: String(repeating: "a", count: WireLimits.argumentBytes + 1)
                )
            ), "document_request.argument"
        ),
        (.cacheFlushed(CacheFlush(droppedBlocks: -1, keptBlocks: 0)), "cache_flushed.dropped_blocks"),
        (.cacheFlushed(CacheFlush(droppedBlocks: 0, keptBlocks: -1)), "cache_flushed.kept_blocks"),
        (
            .workerOrderReply(WorkerOrderReply(worker: GoldenMessages.worker.id, requests: -1)),
            "worker_order_reply.requests"
        ),
        (.drainStatus(DrainStatus(requests: -1, leases: 0)), "drain_status.requests"),
        (.load(LoadReport(paths: Array(repeating: GoldenMessages.path, count: 257))), "paths"),
        (path { $0.bytesPerSecond = -1 }, "path.bytes_per_second"),
        (path { $0.roundTrip = .seconds(-1) }, "path.round_trip_us"),
        (path { $0.expectedBytesPerSecond = .nan }, "path.expected_bytes_per_second"),
        (path { $0.sampleCount = -1 }, "path.sample_count"),
        (path { $0.recentBytesPerSecond = .infinity }, "path.recent_bytes_per_second"),
        (path { $0.deliveredBytes = -1 }, "path.delivered_bytes"),
    ]

    /// As many codecs as a registration may have, at the limits of their numbers.
    static let longestRates = Array(
        repeating: KVCodecRate(
            codec: .cachegen,
            encodeBytesPerSecond: .leastNonzeroMagnitude,
            decodeBytesPerSecond: .greatestFiniteMagnitude,
            sizeRatio: 2
        ),
        count: WireLimits.codecs
    )

    static func worker(_ name: String, _ boot: UInt64) -> WorkerRef {
        WorkerRef(id: WorkerID(rawValue: name), incarnation: Incarnation(rawValue: boot))
    }

    static func address(_ host: String, _ port: UInt16) -> WorkerAddress {
        WorkerAddress(worker: worker("w", 1), host: host, port: port)
    }
}
