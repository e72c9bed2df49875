/// One frame for a lane.
public struct LaneChunk: Sendable {
    /// Names the chunk in the source's calls.
    public let token: UInt64
    /// Message type of the frame.
    public let type: UInt16
    /// Stream of the frame.
    public let streamID: UInt32
    /// The payload, where it lies or how it is made.
    public let payload: LanePayload
    /// CRC-32C of what the checksum covers before the payload; 0 if nothing.
    public let checksumStart: UInt32
    /// Encodes the frame's message, given the payload's checksum and size; called on the lane's thread.
    public let message: @Sendable (_ checksum: UInt32, _ payloadBytes: Int) -> [UInt8]

    /// Describes a chunk.
    public init(
        token: UInt64,
        type: UInt16,
        streamID: UInt32,
        payload: LanePayload,
        checksumStart: UInt32 = 0,
        message: @escaping @Sendable (_ checksum: UInt32, _ payloadBytes: Int) -> [UInt8]
    ) {
        self.token = token
        self.type = type
        self.streamID = streamID
        self.payload = payload
        self.checksumStart = checksumStart
        self.message = message
    }
}
