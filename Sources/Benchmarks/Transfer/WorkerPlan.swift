/// What the settings of a benchmark's workers say.
struct WorkerPlan {
    var profile = BenchProfile.bulk
    var lanes = 1
    var chunkBytes = 1 << 20
    /// Layers handed to the sender together; `nil` for a quarter of them.
    var layerGroup: Int?
    /// Blocks of each pool.
    var blockCount: Int
    /// Longest prompt that is computed in one step; by arrival, as scheduling by length cuts what would hold others up.
    var stepTokens = 512

    /// The settings file of one worker.
    ///
    /// Heartbeats are rare, so that a benchmark's pings are the only ones on their link.
    func yaml(name: String, host: String, router: String) -> String {
        """
        name: \(name)
        cluster: \(BenchFolder.cluster)
        routers: ["\(router)"]
        listen: "\(host):0"
        admin:
          listen: off
        tls:
          ca: ca.pem
          certificate: \(name).pem
          key: \(name)-key.pem
        engine:
          kind: paced
          profile: profile.yaml
        kv_cache:
          block_tokens: \(BenchProfile.blockTokens)
          block_count: \(blockCount)
        scheduler:
          prefill_policy: fcfs
          step_tokens: \(stepTokens)
        transfer:
          chunk_bytes: \(chunkBytes / 1_024)KiB
          layer_group: \(layerGroup.map { "\($0)" } ?? "auto")
          lanes: \(lanes)
          max_lanes: \(lanes)
          probe_bytes_per_hour: off
        heartbeat: 60s
        log:
          level: notice
          format: text

        """
    }
}
