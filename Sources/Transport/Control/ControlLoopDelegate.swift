public import Wire

/// Hears what happens on the connections of a ``ControlLoop``, always on the loop's thread.
///
/// A call that takes long delays every other connection. Calls to the loop from within are safe and take
/// effect after the delegate returned.
public protocol ControlLoopDelegate: AnyObject, Sendable {
    /// A connection is authenticated and ready.
    ///
    /// - Parameters:
    ///   - peer: who the peer's certificate says it is.
    ///   - isDialed: true if this side dialed. A dialing side is ready before the peer has checked our
    ///     certificate; a refusal then arrives as ``connectionClosed(_:error:)`` before any frame.
    ///   - address: the peer's numeric address and port.
    func connectionOpened(_ id: ConnectionID, peer: PeerIdentity, isDialed: Bool, address: String)

    /// By which of this machine's addresses a connection goes; comes right before
    /// ``connectionOpened(_:peer:isDialed:address:)``.
    ///
    /// - Parameter localHost: numeric, without port.
    func connectionBound(_ id: ConnectionID, localHost: String)

    /// A whole frame arrived.
    func connectionReceived(_ frame: Frame, on id: ConnectionID) -> FrameDisposition

    /// A connection that was opened, or dialed and never opened, is gone; exactly once for each.
    ///
    /// - Parameter error: `nil` if it was closed on purpose on this side.
    func connectionClosed(_ id: ConnectionID, error: TransportError?)

    /// An accepted connection was turned away before it was opened: no or other certificate, other cluster,
    /// not TLS, too slow, too many.
    ///
    /// Anybody who reaches the port can cause this: count it, and limit how often it is logged.
    func connectionRefused(address: String, error: TransportError)

    /// The last frame to send on a connection whose peer broke the framing, so that its log can say why.
    func farewell(for error: FrameError) -> Frame?
}

extension ControlLoopDelegate {
    /// Most do not care.
    public func connectionBound(_ id: ConnectionID, localHost: String) {}
}
