/// The fixed 24 bytes before every message on a connection.
///
/// All fields are little-endian:
/// ```
/// 0      2       3     4    6        8             12             16       20      24
/// "BT"   version flags type reserved messageBytes  payloadBytes   streamID CRC-32C of bytes 0..<20
/// ```
/// Flags and reserved are 0 in this version; a reader refuses anything else, so that they
/// can be given a meaning.
public struct FrameHeader: Hashable, Sendable {
    /// Size of the encoded header in bytes.
    public static let byteCount = 24
    /// Version of the frame format that this build writes and accepts.
    public static let version: UInt8 = 1
    /// Largest protobuf part in bytes (64 KiB).
    public static let messageLimit = 64 << 10
    /// Largest payload in bytes (4 MiB).
    public static let payloadLimit = 4 << 20

    private static let magic: UInt16 = 0x5442  // "BT" read as little-endian.
    private static let checkedByteCount = 20

    /// Message type; its meaning belongs to the message layer.
    public let type: UInt16
    /// What the frame belongs to on this connection; its meaning belongs to the message layer.
    public let streamID: UInt32
    /// Size of the protobuf part in bytes, at most ``messageLimit``.
    public let messageBytes: Int
    /// Size of the payload in bytes, at most ``payloadLimit``.
    public let payloadBytes: Int

    /// Describes a frame to be sent.
    ///
    /// - Throws: ``FrameError/messageTooLarge(bytes:limit:)`` or
    ///   ``FrameError/payloadTooLarge(bytes:limit:)``.
    public init(type: UInt16, streamID: UInt32, messageBytes: Int, payloadBytes: Int) throws(FrameError) {
        precondition(messageBytes >= 0 && payloadBytes >= 0, "sizes are \(messageBytes) and \(payloadBytes)")
        guard messageBytes <= Self.messageLimit else {
            throw .messageTooLarge(bytes: messageBytes, limit: Self.messageLimit)
        }
        guard payloadBytes <= Self.payloadLimit else {
            throw .payloadTooLarge(bytes: payloadBytes, limit: Self.payloadLimit)
        }
        self.type = type
        self.streamID = streamID
        self.messageBytes = messageBytes
        self.payloadBytes = payloadBytes
    }

    /// Reads and checks a header.
    ///
    /// - Parameter bytes: exactly ``byteCount`` bytes.
    /// - Throws: ``FrameError``. The checksum is tested after magic and version, whose errors say more.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(FrameError) {
        precondition(bytes.count == Self.byteCount, "a frame header has 24 bytes, got \(bytes.count)")
        let magic: UInt16 = Self.load(bytes, at: 0)
        guard magic == Self.magic else { throw .badMagic(magic) }
        guard bytes[2] == Self.version else { throw .unsupportedVersion(bytes[2]) }
        let stated: UInt32 = Self.load(bytes, at: Self.checkedByteCount)
        let computed = CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[..<Self.checkedByteCount]))
        guard stated == computed else { throw .headerChecksum(stated: stated, computed: computed) }
        let reserved: UInt16 = Self.load(bytes, at: 6)
        guard bytes[3] == 0, reserved == 0 else { throw .unknownFlags(bytes[3], reserved: reserved) }
        let messageBytes: UInt32 = Self.load(bytes, at: 8)
        let payloadBytes: UInt32 = Self.load(bytes, at: 12)
        try self.init(
            type: Self.load(bytes, at: 4),
            streamID: Self.load(bytes, at: 16),
            messageBytes: Int(messageBytes),
            payloadBytes: Int(payloadBytes)
        )
    }

    /// Size of the whole frame in bytes.
    public var frameBytes: Int { Self.byteCount + messageBytes + payloadBytes }

    /// Appends the 24 encoded bytes to `bytes`.
    public func encode(into bytes: inout [UInt8]) {
        let start = bytes.count
        Self.append(Self.magic, to: &bytes)
        bytes.append(Self.version)
        bytes.append(0)
        Self.append(type, to: &bytes)
        Self.append(UInt16(0), to: &bytes)
        Self.append(UInt32(messageBytes), to: &bytes)
        Self.append(UInt32(payloadBytes), to: &bytes)
        Self.append(streamID, to: &bytes)
        Self.append(CRC32C.checksum(of: bytes[start...]), to: &bytes)
    }

    private static func load<Value: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, at offset: Int)
        -> Value
    {
        Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
