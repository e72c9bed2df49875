/// What the settings of a cluster say: a router with one worker for both phases, or with one for each.
struct ServingPlan {
    /// How the work is shared.
    enum Shape {
        /// One worker that prefills for itself.
        case single
        /// A prefill worker and a decode worker that must hand off.
        case split
    }

    /// What computes.
    enum Engine: String, CaseIterable {
        case cpu
        case paced
    }

    /// A machine with a TTFT of about 200 ms and KV of 32 KiB per token, and answers made of plain words of
    /// the model.
    static let profile: BenchProfile = {
        var profile = BenchProfile(layerCount: 16, kvHeadCount: 8, headDim: 64, prefillTokenSeconds: 2e-5)
        profile.prefillBaseSeconds = 0.18
        profile.decodeBaseSeconds = 0.01
        profile.vocabulary = BenchProfile.Vocabulary(
            count: 1_280,
            endTokens: [],
            firstOutputToken: 259,
            outputCount: 1_021
        )
        return profile
    }()

    /// Longest sequences that a pool holds: few, so that all its memory was used before anything is measured.
    private static let poolPrompts = 2
    static let contextTokens = 4_096

    var shape: Shape
    var engine: Engine
    /// Threads of each CPU engine, the same for all workers.
    var threads: Int
    /// GGUF file of the model.
    var model: String
    /// A lane without chunks for this long closes.
    var laneIdleMilliseconds = 60_000

    /// The router's settings file.
    var routerYAML: String {
        """
        name: router
        cluster: \(BenchFolder.cluster)
        listen: "127.0.0.1:0"
        http:
          listen: "127.0.0.1:0"
        admin:
          listen: off
        tls:
          ca: ca.pem
          certificate: router.pem
          key: router-key.pem
        model:
          vocabulary: "\(model)"
        placement:
          local_prefill: \(shape == .single)
        log:
          level: info
          format: json

        """
    }

    /// The settings file of one worker; the paced engine computes every prompt in one step.
    func workerYAML(name: String, router: String) -> String {
        let engineLines =
            switch engine {
            case .cpu: ["model: \"\(model)\"", "threads: \(threads)"]
            case .paced: ["profile: profile.yaml"]
            }
        return """
            name: \(name)
            cluster: \(BenchFolder.cluster)
            routers: ["\(router)"]
            listen: "127.0.0.1:0"
            admin:
              listen: off
            tls:
              ca: ca.pem
              certificate: \(name).pem
              key: \(name)-key.pem
            engine:
              kind: \(engine.rawValue)
              \(engineLines.joined(separator: "\n  "))
            kv_cache:
              block_count: \(Self.poolPrompts * Self.contextTokens / 16)
            scheduler:
              step_tokens: \(engine == .paced ? Self.contextTokens : 512)
            transfer:
              lane_idle_timeout: \(laneIdleMilliseconds)ms
              probe_bytes_per_hour: off
            log:
              level: notice
              format: json

            """
    }
}
