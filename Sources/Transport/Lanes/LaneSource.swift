/// What a ``LaneSender`` sends; called on the lane's thread, one call at a time.
///
/// The lane pulls: it asks for a chunk whenever it has passed one on, so that what is sent next is decided as
/// late as possible. A source keeps its calls short: while one runs, the lane sends nothing.
public protocol LaneSource: AnyObject, Sendable {
    /// The lane is connected, and its hello was sent.
    func laneOpened(peer: PeerIdentity)

    /// The next chunk, or `nil`: then the lane sends what it has gathered and sleeps until
    /// ``LaneSender/wake()``, its idle timeout or the peer's word.
    ///
    /// - Parameter finished: the chunk taken before, once: its memory is free. Its bytes are with TLS, the last
    ///   16 KiB possibly in the lane's record buffer, which leaves with the next chunk or at the next `nil`. It
    ///   says nothing about the peer having received it.
    func nextChunk(after finished: LaneFinished?) -> LaneChunk?

    /// The lane is gone and asks no more; exactly once.
    ///
    /// A wake that came too late for the lane is not lost if the source looks here, under the lock that guards
    /// what it has to send, whether something waits, and opens another lane for it.
    /// - Parameters:
    ///   - unsent: token of a chunk that was taken and not reported finished; its memory is free.
    ///   - error: `nil` if the lane was closed or shut down on this side; ``TransportError/idle(after:)`` if it
    ///     closed itself.
    func laneClosed(unsent: UInt64?, error: TransportError?)
}
