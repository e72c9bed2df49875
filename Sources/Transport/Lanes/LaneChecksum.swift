internal import CLinux

/// The checksum of a lane's payload as it passes.
enum LaneChecksum {
    /// CRC-32C continued over `bytes`; in a build for plaintext measurements, `checksum` itself.
    static func advance(_ checksum: UInt32, over bytes: UnsafeRawBufferPointer) -> UInt32 {
        #if BATON_BENCH_PLAINTEXT
        checksum
        #else
        clinux_crc32c(checksum, bytes.baseAddress, bytes.count)
        #endif
    }
}
