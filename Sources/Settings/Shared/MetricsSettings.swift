/// The `metrics` section.
public struct MetricsSettings: Hashable, Sendable {
    /// Whether metrics that vLLM has too are also shown under vLLM's names.
    public var vllmNames = false

    /// The defaults.
    public init() {}
}
