/// One message as it travels: header, protobuf part and raw payload.
public struct Frame: Hashable, Sendable {
    /// Type, stream and sizes; the sizes always equal the counts of the two parts.
    public let header: FrameHeader
    /// The encoded protobuf message.
    public let message: [UInt8]
    /// Bulk bytes: token ids, block hashes, KV.
    public let payload: [UInt8]

    /// Joins the parts of a frame to be sent.
    ///
    /// - Throws: ``FrameError/messageTooLarge(bytes:limit:)`` or
    ///   ``FrameError/payloadTooLarge(bytes:limit:)``.
    public init(type: UInt16, streamID: UInt32, message: [UInt8], payload: [UInt8] = []) throws(FrameError) {
        header = try FrameHeader(
            type: type,
            streamID: streamID,
            messageBytes: message.count,
            payloadBytes: payload.count
        )
        self.message = message
        self.payload = payload
    }

    init(header: FrameHeader, message: [UInt8], payload: [UInt8]) {
        self.header = header
        self.message = message
        self.payload = payload
    }

    /// The whole frame as bytes.
    ///
    /// - Complexity: O(frame), one copy of each part.
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(header.frameBytes)
        header.encode(into: &bytes)
        bytes.append(contentsOf: message)
        bytes.append(contentsOf: payload)
        return bytes
    }
}
