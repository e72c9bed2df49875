internal import Foundation

/// The one worker whose steps a benchmark looks at.
struct StepsPlan {
    /// What computes on it.
    enum Engine {
        /// The CPU transformer with a model file.
        case cpu(model: String, threads: Int)
        /// The pace of a profile's machine; KV is kept small, which changes no time.
        case paced(profile: String)
    }

    /// Tokens per KV block.
    static let blockTokens = 16

    var engine: Engine
    /// Most new tokens of a step.
    var stepTokens = 1 << 17
    /// Lines of the `scheduler` section beside those that every plan has.
    var scheduler: [String] = []
    /// Blocks of the pool.
    var blockCount = 8_192

    /// The profile's file with KV of 32 bytes per layer and token.
    func profileYAML() throws -> String? {
        guard case .paced(let path) = engine else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BenchFailure("there is no profile \(path): name one with --profile")
        }
        let small = ["kv_head_count": "1", "head_dim": "8"]
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
            let key = line.prefix { $0 != ":" }
            return small[String(key)].map { "\(key): \($0)" } ?? String(line)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The worker's settings file.
    func yaml(name: String, router: String) -> String {
        """
        name: \(name)
        cluster: \(BenchFolder.cluster)
        routers: ["\(router)"]
        listen: "127.0.0.1:0"
        admin:
          listen: "127.0.0.1:0"
        tls:
          ca: ca.pem
          certificate: \(name).pem
          key: \(name)-key.pem
        engine:
        \(engineLines)
        kv_cache:
          block_tokens: \(Self.blockTokens)
          block_count: \(blockCount)
        scheduler:
          step_tokens: \(stepTokens)
        \(scheduler.map { "  \($0)" }.joined(separator: "\n"))
        transfer:
          probe_bytes_per_hour: off
        heartbeat: 60s
        log:
          level: notice
          format: text

        """
    }

    private var engineLines: String {
        switch engine {
        case .cpu(let model, let threads): "  kind: cpu\n  model: \(model)\n  threads: \(threads)"
        case .paced: "  kind: paced\n  profile: profile.yaml"
        }
    }
}
