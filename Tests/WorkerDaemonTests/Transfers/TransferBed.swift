import DaemonKit
import Engine
import Observability
import ServingTypes
import TestSupport
import Testing
import Transport
import Wire

@testable import ServingCore
@testable import WorkerDaemon

/// A prefill and a decode worker with paced engines, real links and lanes over loopback, in this process.
final class TransferBed {
    let cluster: TestCertificates
    let router: TestRouter
    let reference: PacedReference
    let proxy: CuttingProxy
    private(set) var prefill: WorkerNode
    private(set) var decode: WorkerNode
    private(set) var faults: [FaultyLanes] = []
    private var boots: UInt64 = 100
    private let chunkBytes: Int

    private let renewInterval: Duration

    /// - Parameter renewInterval: silence after which a sender asks anew and what did not land goes again.
    init(
        rates: FaultyLanes.Rates = FaultyLanes.Rates(),
        seed: UInt64 = 1,
        chunkBytes: Int = 8 << 10,
        renewInterval: Duration = .milliseconds(40)
    ) throws {
        self.renewInterval = renewInterval
        cluster = try TestCertificates()
        router = try TestRouter(in: cluster)
        reference = try PacedReference()
        self.chunkBytes = chunkBytes
        let lanes = Watched<[FaultyLanes]>([])
        let wrap: @Sendable (any LaneWorkSource) -> any LaneWorkSource = { base in
            let faulty = FaultyLanes(base, rates: rates, seed: seed)
            lanes.update { $0.append(faulty) }
            return faulty
        }
        decode = try Self.node("decode-1", .decode, boot: 1, cluster, router.port, chunkBytes, renewInterval)
        prefill = try Self.node(
            "prefill-1",
            .prefill,
            boot: 2,
            cluster,
            router.port,
            chunkBytes,
            renewInterval,
            wrap
        )
        proxy = try CuttingProxy(target: try decode.start())
        _ = try prefill.start()
        faults = lanes.current
        _ = try #require(router.waitForWorker("decode-1"))
        _ = try #require(router.waitForWorker("prefill-1"))
    }

    private static func node(
        _ name: String,
        _ role: WorkerRole,
        boot: UInt64,
        _ cluster: TestCertificates,
        _ routerPort: UInt16,
        _ chunkBytes: Int,
        _ renewInterval: Duration,
        _ wrap: @escaping @Sendable (any LaneWorkSource) -> any LaneWorkSource = { $0 }
    ) throws -> WorkerNode {
        let engine = try PacedEngine(profile: PacedReference.profile, timeScale: 0)
        return try Made.node(
            name,
            role,
            boot: boot,
            engine,
            blockCount: 2_048,
            in: cluster,
            laneSource: wrap
        ) { settings in
            settings.core.chunkBytes = chunkBytes
            settings.core.groupLayers = 2
            settings.core.creditBytes = 96 << 10
            settings.core.renewInterval = renewInterval
            settings.core.reconnectTimeout = .seconds(3)
            settings.lanes.lane.stallTimeout = .seconds(5)
            settings.routers = [("127.0.0.1", routerPort)]
        }
    }

    /// Ends the decode worker at once and starts another boot of it.
    func rebootDecode() throws {
        let old = try #require(router.worker("decode-1")).address.worker
        decode.stop()
        boots += 1
        decode = try Self.node(
            "decode-1",
            .decode,
            boot: boots,
            cluster,
            router.port,
            chunkBytes,
            renewInterval
        )
        proxy.retarget(try decode.start())
        _ = try #require(router.waitForWorker("decode-1", after: old))
    }

    /// Gives one attempt to both workers; the prefill worker reaches the other through the proxy.
    ///
    /// - Parameter fetchBlocks: leading blocks that the prefill worker is to fetch from the decode worker.
    @discardableResult
    func start(
        _ request: UInt64,
        prompt: [TokenID],
        sampling: SamplingParameters,
        lease: Duration = .seconds(10),
        codec: KVCodec = .raw,
        budget: KVBudget? = nil,
        fetchBlocks: Int? = nil
    ) throws -> AttemptID {
        let prefill = try #require(router.worker("prefill-1")).address.worker
        var receiver = try #require(router.worker("decode-1")).address
        receiver.port = proxy.port
        var assignment = assignment(request, .decode(from: prefill), prompt, sampling, lease)
        assignment.codec = codec
        assignment.acceptsLossy = codec.isLossy
        assignment.budget = budget
        router.send(.assign(assignment), to: receiver.worker.id)
        assignment.part = .prefill(handOffTo: receiver)
        assignment.fetch = fetchBlocks.map { KVFetchPlan(source: receiver, blockCount: $0) }
        router.send(.assign(assignment), to: prefill.id)
        return assignment.attempt
    }

    /// Lets the decode worker do a whole attempt by itself.
    ///
    /// - Parameter fetchBlocks: leading blocks that it is to fetch from the prefill worker.
    func startWhole(
        _ request: UInt64,
        prompt: [TokenID],
        sampling: SamplingParameters,
        fetchBlocks: Int? = nil
    ) throws -> AttemptID {
        let source = try #require(router.worker("prefill-1")).address
        var assignment = assignment(request, .whole, prompt, sampling, .seconds(10))
        assignment.fetch = fetchBlocks.map { KVFetchPlan(source: source, blockCount: $0) }
        router.send(.assign(assignment), to: WorkerID(rawValue: "decode-1"))
        return assignment.attempt
    }

    private func assignment(
        _ request: UInt64,
        _ part: Assignment.Part,
        _ prompt: [TokenID],
        _ sampling: SamplingParameters,
        _ lease: Duration
    ) -> Assignment {
        let attempt = Made.attempt(request)
        router.state.update { $0.attempts[attempt] = TestRouter.Attempt() }
        return Assignment(
            attempt: attempt,
            part: part,
            tokens: prompt,
            promptTokens: prompt.count,
            sampling: sampling,
            hashKey: BlockHashKey(rawValue: Bytes128(high: 9, low: 1)),
            grant: Grant(rawValue: Bytes128(high: 4, low: request)),
            lease: lease
        )
    }

    /// Takes an attempt back from both workers.
    func cancel(_ attempt: AttemptID) {
        let reason = ServingError(.cancelled, "the test gave it up")
        router.send(.cancel(attempt, reason: reason), to: WorkerID(rawValue: "decode-1"))
        router.send(.cancel(attempt, reason: reason), to: WorkerID(rawValue: "prefill-1"))
    }

    /// Waits until neither worker owes anything; what is still held, if it never comes to that.
    func quiesce() -> String? {
        let nodes = [prefill, decode]
        for _ in 0..<1_000 {
            if nodes.allSatisfy({ Self.residue(of: $0) == nil }) { return nil }
            pause(.milliseconds(10))
        }
        return nodes.compactMap { Self.residue(of: $0) }.joined(separator: "; ")
    }

    private static func residue(of node: WorkerNode) -> String? {
        node.state.withLock { state in
            let name = state.core.settings.worker.id
            let blocks = state.core.blocks
            let owed = state.core.owed
            guard owed.requests == 0, owed.leases == 0 else { return "\(name) owes \(owed)" }
            guard blocks.running + blocks.reserved + blocks.leased + blocks.quarantined == 0 else {
                return "\(name) holds \(blocks)"
            }
            guard state.core.served.isEmpty else { return "\(name) serves fetches" }
            return state.core.checkInvariants().map { "\(name): \($0)" }
        }
    }

    func stop() {
        prefill.stop()
        decode.stop()
        proxy.stop()
        router.shutdown()
    }
}
