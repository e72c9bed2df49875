/// A message as the parts of a frame.
public struct EncodedMessage: Hashable, Sendable {
    /// Type for the frame header.
    public let type: MessageType
    /// The protobuf part, at most ``FrameHeader/messageLimit`` bytes.
    public let header: [UInt8]
    /// The bulk part, at most ``FrameHeader/payloadLimit`` bytes; empty for most types.
    public let payload: [UInt8]
}
