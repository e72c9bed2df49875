import ServingTypes

/// What placement sees of one worker: its own report and what was assigned to it since.
public struct WorkerSnapshot: Sendable {
    /// The worker, its boot, and where others reach it.
    public var address: WorkerAddress
    /// What it does.
    public var role: WorkerRole
    /// Where its machine stands; empty when that is not known.
    public var site: String
    /// How long its steps take.
    public var cost: CostCoefficients
    /// What its codecs cost; it has no others, except raw.
    public var codecs: [KVCodecRate]
    /// Longest sequence in tokens.
    public var contextTokens: Int
    /// KV blocks of its pool.
    public var blockCount: Int
    /// Blocks that a new reservation cannot take.
    public var usedBlocks = 0
    /// Prompt tokens accepted and not yet computed.
    public var queuedTokens = 0
    /// Moment at which it was so; queues are shorter by what has passed since.
    public var seenAt = Timestamp.zero
    /// How long a long prompt that comes then waits before it starts; `nil` to derive it from ``queuedTokens``.
    public var queuedSeconds: Double?
    /// The same for one of at most ``shortTokens`` tokens to compute; `nil` when it waits as long.
    public var shortQueuedSeconds: Double?
    /// What it was sent and has not finished, in seconds: what counts once it has not been heard of for
    /// ``PlacementSettings/reportPatience``.
    public var assignedSeconds = 0.0
    /// Up to so many tokens to compute a prompt is short.
    public var shortTokens = 0
    /// From such a rest on, in seconds, a running step yields to a short prompt; 0 when it never does.
    public var yieldSeconds = 0.0
    /// Most prompt tokens of a step; 0 when prompts are not cut.
    public var stepTokens = 0
    /// Sequences accepted and not over.
    public var sequences = 0
    /// Sequences that decode; `nil` to take all for decoding.
    public var decoding: Int?
    /// Tokens that those hold; `nil` to derive it from ``usedBlocks``, which counts cached blocks too.
    public var decodingTokens: Int?
    /// Sequences that it runs at once at most.
    public var maxRunning: Int
    /// Whether it takes no new work, by its own word or by an operator's; it still serves the prefixes that it holds.
    public var isDraining = false
    /// Which prompts it is meant for, as a prefill worker.
    public var prefillClass = PrefillClass.any

    /// An idle worker as it registered.
    public init(_ registration: WorkerRegistration) {
        address = registration.address
        role = registration.role
        site = registration.site
        cost = registration.cost
        codecs = registration.codecs
        contextTokens = registration.contextTokens
        blockCount = registration.blockCount
        maxRunning = registration.maxRunning
    }

    /// The worker and its boot.
    public var ref: WorkerRef { address.worker }

    /// Blocks that a new reservation may take.
    public var freeBlocks: Int { max(0, blockCount - usedBlocks) }

    /// How long a long prompt that came then would wait before it starts, in seconds.
    ///
    /// Queued prompts one after another; the attention cost of those that no report priced is left out, as their
    /// contexts are not known here.
    var queueSeconds: Double {
        queuedSeconds ?? cost.computingSeconds(tokens: queuedTokens)
    }

    /// What a codec costs here; `nil` when the worker does not have it.
    func rate(of codec: KVCodec) -> KVCodecRate? {
        codecs.first { rate in
            rate.codec == codec && rate.encodeBytesPerSecond > 0 && rate.decodeBytesPerSecond > 0
                && rate.sizeRatio > 0
        }
    }
}
