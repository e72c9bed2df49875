/// Limits of a ``ControlLoop``.
public struct ControlLoopConfiguration: Hashable, Sendable {
    /// Accepted and dialed connections together; the next one is turned away.
    public var connectionLimit = 4096
    /// Accepted connections that have not finished their handshake; the next one is turned away.
    public var handshakeLimit = 128
    /// From accepting to the end of the handshake; a slower peer is turned away.
    public var handshakeTimeout = Duration.seconds(5)
    /// Bytes queued for one peer; one more frame closes the connection as ``TransportError/slowPeer``.
    public var outgoingLimitBytes = 16 << 20
    /// Time a closing connection has to take what is queued for it.
    public var lingerTimeout = Duration.seconds(5)
    /// Bytes sent under one key before it is replaced (128 GiB).
    public var keyUpdateBytes = 128 << 30

    /// The limits as documented at each property.
    public init() {}
}
