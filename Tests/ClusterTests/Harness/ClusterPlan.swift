/// Of what a test cluster consists.
struct ClusterPlan {
    enum Engine {
        case paced(PacedPace)
        case cpu
    }

    var engine = Engine.paced(PacedPace())
    var prefillCount = 1
    var decodeCount = 1
    /// Settings of the router by key path, over those that every test cluster has.
    var router: [String: String] = [:]
    /// Whether the certificates of workers name both roles, so that they may change.
    var permitsBothRoles = false
    /// Settings of every worker.
    var workers: [String: String] = [:]

    /// Prefill and decode on different workers, always.
    static func separate(_ engine: Engine, prefill: Int = 1, decode: Int = 1) -> ClusterPlan {
        ClusterPlan(
            engine: engine,
            prefillCount: prefill,
            decodeCount: decode,
            router: ["placement.local_prefill": "false"]
        )
    }

    /// One process that does both.
    static func together(_ engine: Engine) -> ClusterPlan {
        ClusterPlan(
            engine: engine,
            prefillCount: 0,
            decodeCount: 1,
            router: ["placement.local_prefill": "true"]
        )
    }
}
