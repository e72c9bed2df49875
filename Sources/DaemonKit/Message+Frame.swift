public import Wire

extension Message {
    /// The whole message as a frame.
    ///
    /// - Throws: ``WireError`` when a value is outside its limits, ``FrameError`` when a part is too large.
    public func frame() throws -> Frame {
        let encoded = try encode()
        return try Frame(
            type: encoded.type.rawValue,
            streamID: 0,
            message: encoded.header,
            payload: encoded.payload
        )
    }
}
