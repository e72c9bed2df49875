public import Wire

/// Decides where the payload of a lane goes; called on the lane's thread, one call at a time.
public protocol LaneReceiverHandler: AnyObject, Sendable {
    /// A frame's header and message arrived; names the memory into which its payload is read.
    ///
    /// The memory must stay valid until ``landed(_:message:checksum:)`` for this frame or
    /// ``laneClosed(error:)``.
    func destination(for header: FrameHeader, message: [UInt8]) -> LaneDestination

    /// The payload is in its place.
    ///
    /// - Parameter checksum: CRC-32C over the payload as received, continuing the start that the handler
    ///   gave. Not called for frames that were discarded.
    func landed(_ header: FrameHeader, message: [UInt8], checksum: UInt32)

    /// The lane is gone and will write no more; exactly once, also for a lane that never began.
    ///
    /// - Parameter error: `nil` if it was shut down on this side; ``TransportError/closedByPeer`` if the peer
    ///   closed it between two frames.
    func laneClosed(error: TransportError?)
}
