import ServingTypes

/// What placement must know beside the workers' own figures.
public struct PlacementSettings: Sendable {
    /// Shape of the KV cache that crosses from worker to worker.
    public var layout: KVLayout
    /// Groups in which a prompt's layers are handed to the sender, at least 1.
    public var layerGroups = 4
    /// Whether a prompt may be prefilled where it is decoded.
    public var allowsLocalPrefill = true
    /// Seconds charged to a local prefill per second by which it delays one running sequence.
    public var harmWeight = 0.1
    /// Most plans that are scored, at least 2; with more pairs, each side keeps its best workers.
    public var maxPlans = 256
    /// Workers from which a worker may fetch a prefix, beside the decode worker that it prefills for; with 0
    /// nothing is fetched.
    public var maxFetchSources = 4
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
