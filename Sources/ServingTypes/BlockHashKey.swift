/// Secret under which the blocks of one tenant, model and layout are hashed.
///
/// The router derives it from the cluster secret and sends it with the work, so that workers
/// can extend the chain for generated tokens without holding the cluster secret.
public struct BlockHashKey: Hashable, Sendable {
    /// The 128-bit key.
    public var rawValue: Bytes128

    /// Wraps a derived key.
    public init(rawValue: Bytes128) { self.rawValue = rawValue }
}
