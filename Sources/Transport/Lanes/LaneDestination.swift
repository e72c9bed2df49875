/// Where the payload of a frame on a lane goes.
public enum LaneDestination: Sendable {
    /// Part behind part; together exactly the payload's size.
    case parts([LaneRoom])
    /// Into memory of the lane, shown to ``LaneReceiverHandler/landed(_:message:checksums:staged:)``: for payload
    /// that must be decoded. The lane keeps that memory, at most 4 MiB, until it is idle or closed.
    ///
    /// - Parameter checksumStart: CRC-32C of what the checksum covers before the payload; 0 if nothing.
    case staged(checksumStart: UInt32)
    /// Into a scratch sink, all of it.
    case discard
    /// Nowhere: the lane is closed with ``TransportError/refused(reason:)``.
    case refuse(reason: String)
}
