/// Hears what happens on a ``LaneSender``, on the lane's thread, one call at a time.
public protocol LaneSenderDelegate: AnyObject, Sendable {
    /// The lane is connected, and its hello was sent.
    func laneOpened(peer: PeerIdentity)

    /// A chunk was handed to TLS whole: its memory is free. It says nothing about the
    /// peer having received it.
    func laneSent(token: UInt64)

    /// These chunks were not sent, in the order in which they were queued; their memory is free.
    func laneFailed(tokens: [UInt64], error: TransportError)

    /// The lane is gone; exactly once, after every token came back.
    ///
    /// - Parameter error: `nil` if it was closed or shut down on this side;
    ///   ``TransportError/idle(after:)`` if it closed itself.
    func laneClosed(error: TransportError?)
}
