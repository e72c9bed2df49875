/// Secret of one attempt that a sender must show for every KV chunk; bound to the attempt and both workers.
public struct Grant: Hashable, Sendable {
    /// The 128 bits.
    public var rawValue: Bytes128

    /// Wraps 128 unpredictable bits.
    public init(rawValue: Bytes128) { self.rawValue = rawValue }
}
