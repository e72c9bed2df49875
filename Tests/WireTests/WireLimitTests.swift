import ServingTypes
import Testing
import Wire

@Suite struct WireLimitTests {
    private static let longestName = String(repeating: "n", count: WireLimits.nameBytes)
    private static let longestRequestName = String(repeating: "r", count: WireLimits.requestNameBytes)

    private static func assign(_ change: (inout Assignment) -> Void) -> Message {
        var generator = MessageGenerator(seed: 5)
        var assignment = generator.assignment()
        change(&assignment)
        return .assign(assignment)
    }

    private static func hello(_ change: (inout Hello) -> Void) -> Message {
        .hello(HelloMismatchTests.worker("d", change))
    }

    private static func tokens(_ first: Int, _ tokens: [SampledToken]) -> Message {
        .tokens(TokenBatch(attempt: GoldenMessages.attempt, firstIndex: first, tokens: tokens))
    }

    private static func chunk(layers: Range<Int>, blocks: Range<Int>) -> Message {
        .chunk(
            KVChunk(
                attempt: GoldenMessages.attempt,
                grant: GoldenMessages.grant,
                firstLayer: layers.lowerBound,
                layerCount: layers.count,
                firstBlock: blocks.lowerBound,
                blockCount: blocks.count
            )
        )
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
        (chunk(layers: 0..<0, blocks: 0..<1), "chunk.layer_count"),
        (chunk(layers: 1_000..<1_030, blocks: 0..<1), "chunk.first_layer + layer_count"),
        (chunk(layers: 0..<1, blocks: 1_000_000..<2_000_000), "chunk.first_block + block_count"),
        (.requestQuery(""), "request_query.request"),
        (.requestQuery(longestRequestName + "r"), "request_query.request"),
        (.requestQuery("line\nbreak"), "request_query.request"),
        (trace { $0.clientRequestID = longestRequestName + "r" }, "request_trace.client_request_id"),
        (trace { $0.promptTokens = -1 }, "request_trace.prompt_tokens"),
        (trace { $0.ttft = .seconds(-1) }, "request_trace.ttft"),
        (.drainStatus(DrainStatus(requests: -1, leases: 0)), "drain_status.requests"),
        (.load(LoadReport(paths: Array(repeating: GoldenMessages.path, count: 257))), "paths"),
        (
            .load(
                LoadReport(paths: [PathReport(peer: worker("w", 1).id, bytesPerSecond: -1, inFlightBytes: 0)])
            ),
            "path.bytes_per_second"
        ),
    ]

    private static func trace(_ change: (inout RequestTrace) -> Void) -> Message {
        var generator = MessageGenerator(seed: 6)
        var trace = generator.requestTrace()
        change(&trace)
        return .requestTrace(trace)
    }

    private static func worker(_ name: String, _ boot: UInt64) -> WorkerRef {
        WorkerRef(id: WorkerID(rawValue: name), incarnation: Incarnation(rawValue: boot))
    }

    private static func address(_ host: String, _ port: UInt16) -> WorkerAddress {
        WorkerAddress(worker: worker("w", 1), host: host, port: port)
    }

    @Test(
        "a value that the receiver would refuse is not sent, and the error names the field",
        arguments: unsendable.indices
    )
    func refusedBySender(row: Int) {
        let (message, field) = Self.unsendable[row]
        let error = #expect(throws: WireError.self) { _ = try message.encode() }
        #expect(error.map { "\($0)".hasPrefix(field + " ") } == true, "\(String(describing: error))")
    }

    /// Bytes that no sender of this release makes, and why they are refused.
    static let unreadable: [(type: MessageType, header: [UInt8], error: WireError)] = [
        (.verified, [], .missing(field: "attempt")),
        (.verified, [0x0A, 0x00], .outOfRange(field: "attempt.number", value: "0", allowed: "1…4294967295")),
        (.verified, [0x0A, 0x05, 0x18], .malformed(.verified)),
        (.failure, [0x08, 0x63], .outOfRange(field: "failure.code", value: "99", allowed: Self.known)),
        (.failure, [], .missing(field: "failure.code")),
        (.failure, [0x08, 0x01, 0x12, 0x02, 0xC3, 0x28], .badText(field: "failure.message")),
        (
            .failure, [0x08, 0x01, 0x12, 0x81, 0x08] + [UInt8](repeating: 0x61, count: 1_025),
            .tooLong(field: "failure.message", count: 1_025, limit: 1_024)
        ),
        (.drainRequest, [0x0A, 0x02, 0xFF, 0xFF], .badText(field: "worker.name")),
        (.drainRequest, [0x0A, 0x02, 0x61, 0x00], .badText(field: "worker.name")),
        (
            .answer, [0x0A, 0x02, 0x18, 0x01, 0x20, 0x05],
            .inconsistent(field: "answer.retry_after_us", reason: "it is set without may_retry")
        ),
        (.assign, [0x28, 0x01, 0x30, 0x01], .payloadSize(.assign, bytes: 0, expected: 4)),
        (.load, [0x50, 0x02], .payloadSize(.load, bytes: 0, expected: 32)),
        // 32 thousand empty parts of a trace take two bytes each to send, and megabytes to hold.
        (.requestTrace, (0..<32_000).flatMap { _ in [0x5A, 0x00] as [UInt8] }, .unpackedTooLarge),
        (
            .requestTrace, (0..<129).flatMap { _ in [0x5A, 0x00] as [UInt8] },
            .tooLong(field: "request_trace.parts", count: 129, limit: 128)
        ),
        (
            .heartbeat, [UInt8](repeating: 0, count: FrameHeader.messageLimit + 1),
            .headerTooLarge(.heartbeat, bytes: FrameHeader.messageLimit + 1)
        ),
    ]
    private static let known = "a value that this release knows"

    @Test("bytes beyond a limit are refused with the reason", arguments: unreadable.indices)
    func refusedByReceiver(row: Int) {
        let (type, header, error) = Self.unreadable[row]
        #expect(throws: error) { _ = try Message.decode(type: type, header: header, payload: []) }
    }

    @Test("a payload where none belongs is refused")
    func unwantedPayload() throws {
        let encoded = try Message.heartbeat(Heartbeat(sequence: 1, progress: 1, isEcho: false)).encode()
        #expect(throws: WireError.payloadSize(.heartbeat, bytes: 1, expected: 0)) {
            _ = try Message.decode(type: .heartbeat, header: encoded.header, payload: [1])
        }
    }

    @Test("fields that this release does not know are ignored")
    func unknownFields() throws {
        let encoded = try Message.verified(GoldenMessages.attempt).encode()
        let unknown: [UInt8] = [0xF8, 0x07, 0x01, 0xF2, 0x07, 0x03, 0x61, 0x62, 0x63]
        let decoded = try Message.decode(type: .verified, header: encoded.header + unknown, payload: [])
        #expect(decoded == .verified(GoldenMessages.attempt))
    }

    /// The largest values within the limits of ``WireLimits``.
    static let largest: [Message] = [
        assign {
            $0.tokens = Array(repeating: .max, count: WireLimits.tokens)
            $0.sampling.logitBias = (0..<1_024).map { LogitBias(token: UInt32.max - 1_024 + $0, bias: -99.5) }
            $0.sampling.endTokens = Array(repeating: .max, count: WireLimits.endTokens)
        },
        .load(
            LoadReport(
                paths: Array(
                    repeating: PathReport(
                        peer: WorkerID(rawValue: longestName),
                        bytesPerSecond: 1e15,
                        inFlightBytes: 1 << 48
                    ),
                    count: WireLimits.paths
                ),
                addedBlocks: Array(
                    repeating: BlockHash(rawValue: Bytes128(high: .max, low: .max)),
                    count: WireLimits.blockHashes
                )
            )
        ),
        tokens(
            WireLimits.tokens,
            Array(
                repeating: SampledToken(
                    id: .max,
                    logprob: -1,
                    top: Array(repeating: .init(token: .max, value: -1), count: WireLimits.topLogprobs)
                ),
                count: WireLimits.batchTokens
            )
        ),
        hello { hello in
            hello.name = longestName
            hello.cluster = longestName
            hello.numericsClass = longestName
            hello.codecs = Array(repeating: longestName, count: WireLimits.codecs)
        },
        .requestQuery(longestRequestName),
        .requestTrace(
            RequestTrace(
                request: GoldenMessages.attempt.request,
                clientRequestID: longestRequestName,
                state: .failed,
                attempts: 64,
                promptTokens: 1,
                emittedTokens: 1,
                ttft: WireLimits.duration,
                gap: WireLimits.duration,
                elapsed: WireLimits.duration,
                failure: ServingError(.deadline, String(repeating: "s", count: WireLimits.sentenceBytes)),
                parts: Array(
                    repeating: PartTrace(
                        attemptNumber: 1,
                        worker: worker(longestName, .max),
                        kind: .whole,
                        report: GoldenMessages.report
                    ),
                    count: WireLimits.traceParts
                )
            )
        ),
    ]

    @Test("what keeps the limits fits into a frame", arguments: largest.indices)
    func largestFits(row: Int) throws {
        let encoded = try Self.largest[row].encode()
        #expect(encoded.header.count <= FrameHeader.messageLimit)
        #expect(encoded.payload.count <= FrameHeader.payloadLimit)
        let decoded = try Message.decode(type: encoded.type, header: encoded.header, payload: encoded.payload)
        #expect(decoded == Self.largest[row])
    }

    @Test("more block hashes than a payload holds are not sent")
    func tooManyHashes() {
        let hash = BlockHash(rawValue: Bytes128(high: 1, low: 1))
        let added = Array(repeating: hash, count: WireLimits.blockHashes)
        let message = Message.load(LoadReport(addedBlocks: added, removedBlocks: [hash]))
        #expect(throws: WireError.payloadTooLarge(.load, bytes: 16 * (WireLimits.blockHashes + 1))) {
            _ = try message.encode()
        }
    }
}
