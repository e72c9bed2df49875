/// One part of a frame's payload, with a checksum of its own.
///
/// Sendable although it carries pointers: the source keeps the memory pinned and unchanged until it gets the
/// frame's token back.
public struct LanePart: @unchecked Sendable {
    /// Where the part lies, in this order.
    public let segments: [UnsafeRawBufferPointer]
    /// CRC-32C of what the checksum covers before these bytes; 0 if nothing.
    public let checksumStart: UInt32

    /// Describes a part.
    public init(_ segments: [UnsafeRawBufferPointer], checksumStart: UInt32 = 0) {
        self.segments = segments
        self.checksumStart = checksumStart
    }
}
