/// Limits of a ``LaneSender``.
public struct LaneSenderConfiguration: Hashable, Sendable {
    /// For connecting (all addresses together) and handshake.
    public var dialTimeout = Duration.seconds(5)
    /// Longest wait for the peer to take bytes.
    public var stallTimeout = Duration.seconds(30)
    /// A lane without chunks for this long closes itself, after it has asked its source once more.
    public var idleTimeout = Duration.seconds(60)
    /// A lane without chunks for this long gives back the memory in which payload was encoded.
    public var scratchTimeout = Duration.seconds(1)
    /// Bytes sent under one key before it is replaced (128 GiB).
    public var keyUpdateBytes = 128 << 30

    /// The limits as documented at each property.
    public init() {}
}
