public import Wire

/// Decides where the payload of a lane goes; called on the lane's thread, one call at a time.
public protocol LaneReceiverHandler: AnyObject, Sendable {
    /// A frame's header and message arrived; names the memory into which its payload is read.
    ///
    /// The memory must stay valid until ``landed(_:message:checksums:staged:)`` for this frame or
    /// ``laneClosed(error:)``.
    func destination(for header: FrameHeader, message: [UInt8]) -> LaneDestination

    /// The payload is in its place.
    ///
    /// - Parameters:
    ///   - checksums: CRC-32C over each part as received, continuing the start that the handler gave; 0 for a part
    ///     that was discarded. Not called for frames that were discarded.
    ///   - staged: the payload, if its destination was ``LaneDestination/staged(checksumStart:)``; valid until
    ///     the call returns.
    func landed(
        _ header: FrameHeader,
        message: [UInt8],
        checksums: [UInt32],
        staged: UnsafeRawBufferPointer?
    )

    /// The lane is gone and will write no more; exactly once, also for a lane that never began.
    ///
    /// A frame that got a destination in memory and did not land was torn: part of it may have been written.
    /// - Parameter error: `nil` if it was shut down on this side; ``TransportError/closedByPeer`` if the peer
    ///   closed it between two frames.
    func laneClosed(error: TransportError?)
}
