/// What becomes of a connection after a frame was received on it.
public enum FrameDisposition: Sendable {
    /// It goes on; the next frame is delivered when it arrives.
    case keep
    /// What is queued for the peer is sent, then the connection is closed; no further frame is delivered.
    case close
    /// It leaves the loop and becomes a lane: the bytes after this frame go to the receiver's own thread.
    ///
    /// Only if nothing is queued for the peer: a lane is one-way. Otherwise the connection is closed and the
    /// receiver's handler told so.
    case detach(to: LaneReceiver)
}
