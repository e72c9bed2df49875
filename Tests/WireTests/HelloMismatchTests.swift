import ServingTypes
import Testing
import Wire

@Suite struct HelloMismatchTests {
    static let layout = KVLayout(layerCount: 28, kvHeadCount: 8, headDim: 128, type: .f16, blockTokens: 16)

    static func worker(_ name: String, _ change: (inout Hello) -> Void = { _ in }) -> Hello {
        var hello = process(.worker, name)
        hello.modelDigest = Bytes128(high: 1, low: 2)
        hello.layout = layout
        hello.numericsClass = "avx512-f16"
        hello.codecs = ["raw", "q8"]
        hello.listener = Hello.Listener(host: "10.0.0.1", port: 7_000)
        change(&hello)
        return hello
    }

    static func process(_ kind: PeerKind, _ name: String, _ change: (inout Hello) -> Void = { _ in }) -> Hello
    {
        let boot = UInt64(name.utf8.reduce(7) { $0 * 31 + Int($1) })
        var hello = Hello(
            purpose: .control,
            kind: kind,
            name: name,
            incarnation: Incarnation(rawValue: boot),
            cluster: "lab"
        )
        change(&hello)
        return hello
    }

    static let allowed: [(requirement: String, left: Hello, right: Hello)] = [
        ("workers of one kind exchange KV", worker("p"), worker("d")),
        ("workers open lanes", worker("p") { $0.purpose = .lane }, worker("d") { $0.purpose = .lane }),
        ("a router without model takes a worker", process(.router, "r"), worker("d")),
        ("a router takes any numerics class", process(.router, "r") { $0.numericsClass = "x" }, worker("d")),
        ("a router needs no codec", process(.router, "r") { $0.codecs = ["none"] }, worker("d")),
        (
            "an operator asks a router",
            process(.admin, "a") { $0.purpose = .admin }, process(.router, "r") { $0.purpose = .admin }
        ),
        ("one common codec is enough", worker("p") { $0.codecs = ["cachegen", "q8"] }, worker("d")),
        (
            "a restarted worker is another boot", worker("d"),
            worker("d") { $0.incarnation = Incarnation(rawValue: 1) }
        ),
    ]

    static let refused: [(left: Hello, right: Hello, code: ServingErrorCode, sentence: String)] = [
        (
            process(.router, "r"), worker("d") { $0.version = 9 }, .protocolViolation,
            "router r speaks protocol version 4, worker d version 9: run the same release on both"
        ),
        (
            process(.router, "r"), worker("d") { $0.cluster = "home" }, .unauthorized,
            "router r belongs to cluster lab, worker d to home: check their certificates and addresses"
        ),
        (
            worker("d"), worker("d"), .protocolViolation,
            "worker d is connected to itself: check its addresses"
        ),
        (
            worker("p") { $0.purpose = .lane }, worker("d"), .protocolViolation,
            "worker d expects a control connection, worker p a lane connection: run the same release on both"
        ),
        (
            process(.router, "r"), process(.router, "s"), .protocolViolation,
            "router r and router s have no use for a control connection: check which address was meant"
        ),
        (
            process(.router, "r") { $0.purpose = .lane }, worker("d") { $0.purpose = .lane },
            .protocolViolation,
            "router r and worker d have no use for a lane connection: check which address was meant"
        ),
        (
            process(.admin, "a"), process(.router, "r"), .protocolViolation,
            "router r and admin a have no use for a control connection: check which address was meant"
        ),
        (
            process(.router, "r") { $0.modelDigest = Bytes128(high: 9, low: 9) }, worker("d"),
            .layoutMismatch,
            "router r serves model 00000000000000090000000000000009, worker d model "
                + "00000000000000010000000000000002: give both the same model file"
        ),
        (
            worker("p") { $0.layout?.blockTokens = 32 }, worker("d"), .layoutMismatch,
            "worker d has a KV cache of 28 layers × 8 KV heads × 128 × f16, 16 tokens per block, worker p of "
                + "28 layers × 8 KV heads × 128 × f16, 32 tokens per block: "
                + "give both the same model and KV settings"
        ),
        (
            worker("p") { $0.codecs = ["cachegen"] }, worker("d"), .layoutMismatch,
            "worker d has the KV codecs raw, q8, worker p cachegen: allow a common one"
        ),
        (
            worker("p") { $0.numericsClass = "scalar" }, worker("d"), .layoutMismatch,
            "worker d computes in numerics class avx512-f16, worker p in scalar: "
                + "one must not continue what the other began"
        ),
    ]

    @Test("processes that fit each other may talk", arguments: allowed.indices)
    func accepts(row: Int) {
        let (requirement, left, right) = Self.allowed[row]
        #expect(left.mismatch(with: right) == nil, "\(requirement)")
        #expect(right.mismatch(with: left) == nil, "\(requirement)")
    }

    @Test("both sides of a mismatch say the same sentence", arguments: refused.indices)
    func refuses(row: Int) {
        let (left, right, code, sentence) = Self.refused[row]
        #expect(left.mismatch(with: right) == ServingError(code, sentence))
        #expect(right.mismatch(with: left) == ServingError(code, sentence))
    }

    @Test("a hello of another version is read as far as needed to say so")
    func otherVersion() throws {
        let encoded = try Message.hello(Self.worker("d") { $0.version = 9 }).encode()
        let decoded = try Message.decode(type: .hello, header: encoded.header, payload: [])
        #expect(decoded == .hello(Self.process(.worker, "d") { $0.version = 9 }))
    }
}
