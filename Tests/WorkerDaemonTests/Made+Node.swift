import DaemonKit
import Engine
import Observability
import ServingTypes
import TestSupport
import Transport
import Wire

@testable import ServingCore
@testable import WorkerDaemon

extension Made {
    /// A worker of this process that listens on loopback and knows no router, unless `change` says otherwise.
    static func node(
        _ name: String,
        _ role: WorkerRole,
        boot: UInt64 = 1,
        _ engine: any InferenceEngine,
        blockCount: Int,
        in cluster: TestCertificates,
        laneSource: @escaping @Sendable (any LaneWorkSource) -> any LaneWorkSource = { $0 },
        _ change: (inout WorkerNodeSettings) -> Void
    ) throws -> WorkerNode {
        let worker = Made.worker(name, boot: boot)
        var settings = WorkerNodeSettings(
            core: WorkerCoreSettings(
                worker: worker,
                role: role,
                layout: engine.layout,
                blockCount: blockCount,
                contextTokens: 2_048
            ),
            modelName: "made",
            cost: CostCoefficients(),
            site: "",
            codecRates: [],
            advertisedHost: "127.0.0.1",
            listenHost: "127.0.0.1",
            listenPort: 0,
            routers: [],
            lanes: LanePool.Settings(),
            stallTimeout: .seconds(5),
            keyUpdateBytes: 1 << 30
        )
        change(&settings)
        var hello = Hello(
            purpose: .control,
            kind: .worker,
            name: name,
            incarnation: worker.incarnation,
            cluster: cluster.cluster
        )
        hello.modelDigest = engine.identity.modelDigest
        hello.layout = engine.layout
        hello.numericsClass = engine.identity.numericsClass
        hello.codecs = KVCodec.allCases.map(\.name)
        return WorkerNode(
            settings: settings,
            engine: engine,
            arena: try KVArena(layout: engine.layout, blockCount: blockCount),
            hub: LinkHub(hello: hello, settings: LinkSettings(), logger: Made.logger),
            identity: try cluster.identity(name, roles: [role == .prefill ? .prefill : .decode]),
            metrics: WorkerMetrics(in: PrometheusRegistry()),
            logger: Made.logger,
            laneSource: laneSource
        )
    }
}
