internal import Transport
internal import Wire

/// Messages as frames of a control connection.
extension Message {
    func benchFrame() throws -> Frame {
        let encoded = try encode()
        return try Frame(
            type: encoded.type.rawValue,
            streamID: 0,
            message: encoded.header,
            payload: encoded.payload
        )
    }

    /// Reads the message of a frame.
    ///
    /// - Throws: ``BenchFailure`` or `WireError` when it is none.
    static func decode(benchFrame frame: Frame) throws -> Message {
        guard let type = MessageType(rawValue: frame.header.type) else {
            throw BenchFailure("message type \(frame.header.type) is unknown")
        }
        return try decode(type: type, header: frame.message, payload: frame.payload)
    }
}
