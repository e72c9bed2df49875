/// One frame for a lane, its payload still where it lies.
///
/// Sendable although it carries pointers: the owner keeps the memory pinned and unchanged from
/// ``LaneSender/enqueue(_:)`` until the token comes back.
public struct LaneChunk: @unchecked Sendable {
    /// Names the chunk in the delegate's calls.
    public let token: UInt64
    /// Message type of the frame.
    public let type: UInt16
    /// Stream of the frame.
    public let streamID: UInt32
    /// The payload, in this order; together at most 4 MiB.
    public let payload: [UnsafeRawBufferPointer]
    /// CRC-32C of what the checksum covers before the payload; 0 if nothing.
    public let checksumStart: UInt32
    /// Encodes the frame's message, given the payload's checksum; called on the lane's thread.
    public let message: @Sendable (_ checksum: UInt32) -> [UInt8]

    /// Describes a chunk.
    public init(
        token: UInt64,
        type: UInt16,
        streamID: UInt32,
        payload: [UnsafeRawBufferPointer],
        checksumStart: UInt32 = 0,
        message: @escaping @Sendable (_ checksum: UInt32) -> [UInt8]
    ) {
        self.token = token
        self.type = type
        self.streamID = streamID
        self.payload = payload
        self.checksumStart = checksumStart
        self.message = message
    }
}
