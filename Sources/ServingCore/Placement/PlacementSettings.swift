import ServingTypes

/// What placement must know beside the workers' own figures.
public struct PlacementSettings: Sendable {
    /// Shape of the KV cache that crosses from worker to worker.
    public var layout: KVLayout
    /// Groups in which a prompt's layers are handed to the sender, at least 1.
    public var layerGroups = 4
    /// Delivery rate of a path without a sample, in bytes per second.
    public var priorBytesPerSecond = 100e6
    /// Whether a prompt may be prefilled where it is decoded.
    public var allowsLocalPrefill = true
    /// Seconds charged to a local prefill per second by which it delays one running sequence.
    public var harmWeight = 0.1
    /// Most plans that are scored, at least 2; with more pairs, each side keeps its best workers.
    public var maxPlans = 256

    /// Default settings for one layout.
    public init(layout: KVLayout) { self.layout = layout }
}
