/// Where the payload of a frame on a lane goes.
///
/// Sendable although it carries pointers: the handler that gives them keeps the memory pinned and leaves it
/// alone until the frame has landed or the lane is closed.
public enum LaneDestination: @unchecked Sendable {
    /// Into this memory, in this order; together exactly the payload's size.
    ///
    /// - Parameter checksumStart: CRC-32C of what the checksum covers before the payload; 0 if nothing.
    case segments([UnsafeMutableRawBufferPointer], checksumStart: UInt32)
    /// Into memory of the lane, shown to ``LaneReceiverHandler/landed(_:message:checksum:staged:)``: for payload
    /// that must be decoded. The lane keeps that memory, at most 4 MiB, until it is idle or closed.
    ///
    /// - Parameter checksumStart: as with `segments`.
    case staged(checksumStart: UInt32)
    /// Into a scratch sink: late, cancelled or unknown, but no reason to close the lane.
    case discard
    /// Nowhere: the lane is closed with ``TransportError/refused(reason:)``.
    case refuse(reason: String)
}
