internal import ServingTypes

/// What `baton-bench kv` measures in one go.
struct KVOptions {
    var lanes = 1
    var chunkBytes = 1 << 20
    /// How the workers encode KV; the limits always move it as it is.
    var codec = KVCodec.raw
    /// Rate of the link in Mbit/s; `nil` for loopback.
    var megabits: Double?
    /// Rounds; each measures every side once.
    var pairs = 10
    /// KV bytes of one measurement.
    var bytes = 1 << 30
    var inFlight = 4
    var seed: UInt64
    var programs: String?

    static let profile = BenchProfile.bulk

    /// Tokens of a prompt: 64 MiB of KV, or half a second of a slow link, and one token that is never cached.
    var promptTokens: Int {
        let blocks = megabits.map { Int($0 * 1e6 / 8 * 0.5) / Self.profile.blockBytes } ?? 32
        return max(1, min(32, blocks - 1)) * BenchProfile.blockTokens + 1
    }

    /// KV bytes of one transfer.
    var transferBytes: Int {
        BenchProfile.blockCount(tokens: promptTokens) * Self.profile.blockBytes
    }

    /// Transfers of one measurement: on a slow link, about four seconds.
    var transferCount: Int {
        let most = megabits.map { Int($0 * 1e6 / 8 * 4) } ?? bytes
        return max(inFlight, min(bytes, most) / transferBytes)
    }

    /// Blocks of each worker's pool: every transfer in flight, those that are ending, and one to spare.
    var blockCount: Int { (BenchProfile.blockCount(tokens: promptTokens) + 1) * (inFlight + 3) }

    /// Layers per group, so few that a chunk of one block is no larger than asked for.
    private var layerGroup: Int {
        let layerBlockBytes = Self.profile.blockBytes / Self.profile.layerCount
        return max(1, min(Self.profile.layerCount / 4, chunkBytes / layerBlockBytes))
    }

    var plan: WorkerPlan {
        WorkerPlan(
            profile: Self.profile,
            lanes: lanes,
            chunkBytes: chunkBytes,
            layerGroup: layerGroup,
            blockCount: blockCount
        )
    }
}
