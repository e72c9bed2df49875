import ServingTypes
import Testing
import Wire

@Suite struct WireLimitTests {
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
        // An attempt, but no kind of transfer; then one that is unknown.
        (.verified, [0x0A, 0x02, 0x18, 0x01], .missing(field: "transfer.kind")),
        (
            .verified, [0x0A, 0x02, 0x18, 0x01, 0x10, 0x03],
            .outOfRange(field: "transfer.kind", value: "3", allowed: Self.known)
        ),
        (.resend, [0x0A, 0x02, 0x18, 0x01, 0x10, 0x01], .missing(field: "resend.numbers")),
        (
            .resend, [0x0A, 0x02, 0x18, 0x01, 0x10, 0x01, 0x1A, 0x02, 0x05, 0x00],
            .outOfRange(field: "resend.numbers", value: "0", allowed: "1…4294967295")
        ),
        (
            .resend,
            [0x0A, 0x02, 0x18, 0x01, 0x10, 0x01, 0x1A, 0x81, 0x08] + [UInt8](repeating: 1, count: 1_025),
            .tooLong(field: "resend.numbers", count: 1_025, limit: 1_024)
        ),
        (.fetch, [], .outOfRange(field: "fetch.hash_count", value: "0", allowed: "1…65536")),
        (.fetch, [0x38, 0x02], .payloadSize(.fetch, bytes: 0, expected: 32)),
        (.probe, [0x08, 0x01], .outOfRange(field: "probe.payload_bytes", value: "0", allowed: "1…1048576")),
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
        // 32 thousand empty paths take two bytes each to send, and megabytes to hold.
        (.load, (0..<32_000).flatMap { _ in [0x4A, 0x00] as [UInt8] }, .unpackedTooLarge),
        (
            .load, [0x32, 0x00] + (0..<257).flatMap { _ in [0x4A, 0x00] as [UInt8] },
            .tooLong(field: "paths", count: 257, limit: 256)
        ),
        (
            .decision, [], .outOfRange(field: "decision.document_bytes", value: "0", allowed: "1…4194304")
        ),
        (.decision, [0x10, 0x02], .payloadSize(.decision, bytes: 0, expected: 2)),
        (.documentReply, [0x10, 0x02], .payloadSize(.documentReply, bytes: 0, expected: 2)),
        (.documentRequest, [], .missing(field: "document_request.kind")),
        (.workerOrder, [0x0A, 0x01, 0x61], .missing(field: "worker_order.kind")),
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

    /// Messages that must name a codec, with the bytes of the field that does.
    static let codecFields: [(message: Message, field: String, bytes: [UInt8])] = [
        (assign { $0.codec = .cachegen }, "assign.codec", [0x58, 0x03]),
        (chunk { $0.codec = .cachegen }, "chunks.codec", [0x50, 0x03]),
        (fetch { $0.codec = .cachegen }, "fetch.codec", [0x28, 0x03]),
    ]

    @Test("a message without its codec, or with an unknown one, is refused", arguments: codecFields.indices)
    func codec(row: Int) throws {
        let (message, field, bytes) = Self.codecFields[row]
        let encoded = try message.encode()
        // Protobuf takes the last of several values, so appending a field replaces it.
        #expect(encoded.header.contains(bytes))
        let cases: [(number: UInt8, error: WireError)] = [
            (0, .missing(field: field)), (4, .outOfRange(field: field, value: "4", allowed: Self.known)),
        ]
        for (number, error) in cases {
            #expect(throws: error) {
                _ = try Message.decode(
                    type: message.type,
                    header: encoded.header + [bytes[0], number],
                    payload: encoded.payload
                )
            }
        }
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
        let encoded = try Message.verified(GoldenMessages.handOff).encode()
        let unknown: [UInt8] = [0xF8, 0x07, 0x01, 0xF2, 0x07, 0x03, 0x61, 0x62, 0x63]
        let decoded = try Message.decode(type: .verified, header: encoded.header + unknown, payload: [])
        #expect(decoded == .verified(GoldenMessages.handOff))
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
                        inFlightBytes: 1 << 48,
                        isBacklogged: true,
                        roundTrip: WireLimits.duration,
                        expectedBytesPerSecond: 1e15,
                        isDegraded: true,
                        sampleCount: 1 << 48,
                        isProbed: true,
                        recentBytesPerSecond: 1e15,
                        deliveredBytes: 1 << 60,
                        waitingBytes: 1 << 48
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
        register {
            $0.site = longestName
            $0.codecs = longestRates
        },
        resend(Array(repeating: .max, count: WireLimits.resendChunks)),
        fetch {
            $0.hashes = Array(repeating: $0.hashes[0], count: WireLimits.fetchHashes)
            $0.firstBlock = WireLimits.promptBlocks - WireLimits.fetchHashes
        },
        .probe(KVProbe(number: .max, payloadBytes: WireLimits.probeBytes)),
        .requestQuery(longestRequestName),
        .decision(.known(String(repeating: "d", count: FrameHeader.payloadLimit))),
        .documentReply(.document(String(repeating: "d", count: FrameHeader.payloadLimit))),
        .decision(
            .unknown(ServingError(.badRequest, String(repeating: "s", count: WireLimits.sentenceBytes)))
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
