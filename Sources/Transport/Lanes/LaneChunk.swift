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
    /// Encodes the frame's message, given the checksum of each part and the payload's size; called on the lane's thread.
    public let message: @Sendable (_ checksums: [UInt32], _ payloadBytes: Int) -> [UInt8]

    /// Describes a chunk.
    public init(
        token: UInt64,
        type: UInt16,
        streamID: UInt32,
        payload: LanePayload,
        message: @escaping @Sendable (_ checksums: [UInt32], _ payloadBytes: Int) -> [UInt8]
    ) {
        self.token = token
        self.type = type
        self.streamID = streamID
        self.payload = payload
        self.message = message
    }
}
