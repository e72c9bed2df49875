/// The parts of a frame while its message is read.
struct IncomingMessage: ~Copyable {
    let type: MessageType
    let payload: [UInt8]
    private let header: ArraySlice<UInt8>
    private let arena: Arena

    /// Starts reading; sizes are checked before anything is unpacked.
    static func make(type: MessageType, header: [UInt8], payload: [UInt8]) throws(WireError)
        -> IncomingMessage
    {
        guard header.count <= FrameHeader.messageLimit else {
            throw .headerTooLarge(type, bytes: header.count)
        }
        guard payload.count <= FrameHeader.payloadLimit else {
            throw .payloadTooLarge(type, bytes: payload.count)
        }
        return IncomingMessage(type: type, payload: payload, header: header[...], arena: try Arena.make())
    }

    private init(type: MessageType, payload: [UInt8], header: ArraySlice<UInt8>, arena: consuming Arena) {
        self.type = type
        self.payload = payload
        self.header = header
        self.arena = arena
    }

    /// The protobuf part of a message that has no payload, by one of the `CWireProto_unpack_…` functions.
    func bare<Raw>(
        _ parse: (OpaquePointer?, Int, UnsafePointer<UInt8>?) -> UnsafeMutablePointer<Raw>?
    ) throws(WireError) -> UnsafeMutablePointer<Raw> {
        guard payload.isEmpty else { throw .payloadSize(type, bytes: payload.count, expected: 0) }
        return try arena.unpack(parse, header, of: type)
    }

    /// The protobuf part of a message that has a payload.
    func head<Raw>(
        _ parse: (OpaquePointer?, Int, UnsafePointer<UInt8>?) -> UnsafeMutablePointer<Raw>?
    ) throws(WireError) -> UnsafeMutablePointer<Raw> {
        try arena.unpack(parse, header, of: type)
    }

    /// Checks the protobuf part of a message that has no fields, and gives `message`.
    func empty<Raw>(
        _ message: Message,
        _ parse: (OpaquePointer?, Int, UnsafePointer<UInt8>?) -> UnsafeMutablePointer<Raw>?
    ) throws(WireError) -> Message {
        _ = try bare(parse)
        return message
    }
}
