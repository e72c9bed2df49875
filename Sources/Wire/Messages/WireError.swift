public import ServingTypes

/// Why bytes are not an acceptable message, or why a value cannot be sent as one.
///
/// The same limits hold for sender and receiver: what ``Message/encode()`` accepts, the peer's decoder
/// accepts.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No message has this number.
    case unknownType(UInt16)
    /// The peer's certificate does not allow it to send this.
    case forbidden(MessageType, sender: SenderRoles)
    /// The peer's certificate does not allow it to send this for a hand-off.
    case forbiddenHandOff(MessageType, sender: SenderRoles, allowed: SenderRoles)
    /// The protobuf part is larger than ``FrameHeader/messageLimit``.
    case headerTooLarge(MessageType, bytes: Int)
    /// The payload is larger than ``FrameHeader/payloadLimit``.
    case payloadTooLarge(MessageType, bytes: Int)
    /// The protobuf part is not the message that the type promises.
    case malformed(MessageType)
    /// The message takes more than ``WireLimits/unpackedBytes`` of memory.
    case unpackedTooLarge
    /// The payload is shorter or longer than the protobuf part says.
    case payloadSize(MessageType, bytes: Int, expected: Int)
    /// A field that must be there is not.
    case missing(field: String)
    /// A value lies outside its limits.
    case outOfRange(field: String, value: String, allowed: String)
    /// A text or list is too long.
    case tooLong(field: String, count: Int, limit: Int)
    /// A text is not UTF-8, or has control characters where a name is expected.
    case badText(field: String)
    /// Two fields, or the entries of a list, contradict each other.
    case inconsistent(field: String, reason: String)

    /// What is wrong, with field and numbers, and what to do where that can be said.
    public var description: String {
        switch self {
        case .unknownType(let number):
            "message type 0x\(String(number, radix: 16)) is unknown: run the same release on both sides"
        case .forbidden(let type, let sender):
            "\(type) may be sent by \(type.allowedSenders), the certificate says \(sender)"
        case .forbiddenHandOff(let type, let sender, let allowed):
            "\(type) of a hand-off may be sent by \(allowed), the certificate says \(sender)"
        case .headerTooLarge(let type, let bytes):
            "\(type) has a protobuf part of \(bytes) bytes, the limit is \(FrameHeader.messageLimit)"
        case .payloadTooLarge(let type, let bytes):
            "\(type) has a payload of \(bytes) bytes, the limit is \(FrameHeader.payloadLimit)"
        case .malformed(let type):
            "the protobuf part of \(type) is malformed: run the same release on both sides"
        case .unpackedTooLarge:
            "message takes more than \(WireLimits.unpackedBytes) bytes of memory when unpacked"
        case .payloadSize(let type, let bytes, let expected):
            "\(type) has a payload of \(bytes) bytes, its fields ask for \(expected)"
        case .missing(let field):
            "\(field) is missing"
        case .outOfRange(let field, let value, let allowed):
            "\(field) is \(value), allowed is \(allowed)"
        case .tooLong(let field, let count, let limit):
            "\(field) has \(count) entries or bytes, the limit is \(limit)"
        case .badText(let field):
            "\(field) is not valid text"
        case .inconsistent(let field, let reason):
            "\(field) is inconsistent: \(reason)"
        }
    }

    /// What to tell the peer before closing the connection.
    public var servingError: ServingError {
        switch self {
        case .forbidden, .forbiddenHandOff: ServingError(.unauthorized, description)
        case .unknownType, .headerTooLarge, .payloadTooLarge, .malformed, .unpackedTooLarge, .payloadSize,
            .missing, .outOfRange, .tooLong, .badText, .inconsistent:
            ServingError(.protocolViolation, description)
        }
    }
}
