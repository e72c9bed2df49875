import ServingTypes

/// What placement must know beside the workers' own figures.
public struct PlacementSettings: Sendable {
    /// Shape of the KV cache that crosses from worker to worker.
    public var layout: KVLayout
    /// How workers are chosen.
    public var policy = PlacementPolicyKind.leastTT2T
    /// Knobs of the other policies.
    public var baselines = BaselineSettings()
    /// Groups in which a prompt's layers are handed to the sender, at least 1.
    public var layerGroups = 4
    /// Whether a prompt may be prefilled where it is decoded.
    public var allowsLocalPrefill = true
    /// Seconds charged to a local prefill per second by which it delays one running sequence.
    public var harmWeight = 0.1
    /// Most plans that are scored in every detail, at least 2; of the pairs of workers up to 12 times as many are
    /// looked at, and beyond that each side keeps its best workers.
    public var maxPlans = 16
    /// Plans told beside the chosen one, the best first.
    public var maxRecordedPlans = 8
    /// Plans whose predictions differ by no more than this share are as good as equal: the request's seed decides;
    /// with 0 it never does.
    public var nearTieShare = 0.005
    /// Share by which a pair that links favour must beat the pair that is least loaded.
    public var linkMargin = 0.02
    /// Workers from which a worker may fetch a prefix, beside the decode worker that it prefills for; with 0
    /// nothing is fetched.
    public var maxFetchSources = 4
    /// After this time without a word a worker is no longer taken to compute what it has.
    public static let reportPatience = Duration.milliseconds(500)
    /// From asking a worker for KV to its first byte.
    public var fetchLatency = Duration.milliseconds(1)
    /// Lanes between two workers, at least 1: as many threads encode and decode.
    public var lanes = 1
    /// What a fetch or a lossier codec must save at least, lest noise decides.
    public var leastSaving = Duration.milliseconds(2)
    /// What it must save at least, as a share of what it takes the place of: the prefill, or the transfer.
    public var leastSavingShare = 0.1

    /// Default settings for one layout.
    public init(layout: KVLayout) { self.layout = layout }
}
