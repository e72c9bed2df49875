/// Why bytes are not a frame of this protocol; the connection that carried them must be closed.
public enum FrameError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The header does not start with the protocol's two letters.
    case badMagic(UInt16)
    /// The peer speaks another version of the frame format.
    case unsupportedVersion(UInt8)
    /// The header was damaged, or its writer counts differently.
    case headerChecksum(stated: UInt32, computed: UInt32)
    /// A flag or reserved bit is set that this version does not define.
    case unknownFlags(UInt8, reserved: UInt16)
    /// The protobuf part is larger than allowed.
    case messageTooLarge(bytes: Int, limit: Int)
    /// The payload is larger than allowed.
    case payloadTooLarge(bytes: Int, limit: Int)

    /// What is wrong, with the numbers, and what to do.
    public var description: String {
        switch self {
        case .badMagic(let magic):
            "frame starts with 0x\(String(magic, radix: 16)) not \"BT\": peer does not speak this protocol"
        case .unsupportedVersion(let version):
            "frame version is \(version), ours is \(FrameHeader.version): run the same release on both sides"
        case .headerChecksum(let stated, let computed):
            "frame header checksum is \(stated), computed \(computed): the peer's frame writer is broken"
        case .unknownFlags(let flags, let reserved):
            "frame has unknown flags \(flags) (reserved \(reserved)): run the same release on both sides"
        case .messageTooLarge(let bytes, let limit):
            "frame message has \(bytes) bytes, the limit is \(limit): send bulk data as payload"
        case .payloadTooLarge(let bytes, let limit):
            "frame payload has \(bytes) bytes, the limit is \(limit): split it into several frames"
        }
    }
}
