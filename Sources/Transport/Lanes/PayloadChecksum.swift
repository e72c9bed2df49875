internal import CLinux

/// CRC-32C over payload, by the processor's own instructions where it has them (20 GB/s,
/// against 1.4 from tables).
public enum PayloadChecksum {
    /// The checksum of `bytes`, continuing from the checksum of what came before (0 at the start).
    ///
    /// Fold the place of a chunk in by checksumming its encoded place first and passing the result here.
    public static func crc32c(of bytes: UnsafeRawBufferPointer, continuing checksum: UInt32 = 0) -> UInt32 {
        clinux_crc32c(checksum, bytes.baseAddress, bytes.count)
    }

    /// The checksum of `segments` as if they were contiguous.
    public static func crc32c(
        of segments: [UnsafeRawBufferPointer],
        continuing checksum: UInt32 = 0
    ) -> UInt32 {
        segments.reduce(checksum) { crc32c(of: $1, continuing: $0) }
    }
}
