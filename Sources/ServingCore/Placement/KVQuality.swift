import ServingTypes

/// What may happen to the KV of one request on its way, for the sake of speed.
public struct KVQuality: Hashable, Sendable {
    /// Codecs that may be used.
    ///
    /// The plan names one of them; raw KV crosses where two workers have none of them in common.
    public var codecs: [KVCodec]
    /// Which part of a prompt's KV is handed off, for prompts that are longer; `nil` for all of it.
    public var budget: KVBudget?

    /// States what is allowed.
    public init(codecs: [KVCodec], budget: KVBudget? = nil) {
        self.codecs = codecs
        self.budget = budget
    }

    /// All KV, bit for bit.
    public static let exact = KVQuality(codecs: [.raw])

    /// Whether cached KV that went through a lossy codec will do.
    public var acceptsLossy: Bool { codecs.contains(where: \.isLossy) }
}
