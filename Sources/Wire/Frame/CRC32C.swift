/// CRC-32C (Castagnoli), the checksum of frame headers and of KV payload.
///
/// This table-driven form serves the 20 bytes of a header; payload uses the hardware form in `Transport`,
/// which gives the same values. Source: RFC 3720, appendix B.4 (polynomial 0x1EDC6F41, reflected).
public enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { register, _ in
            register & 1 == 1 ? register >> 1 ^ 0x82F6_3B78 : register >> 1
        }
    }

    /// The checksum of `bytes`, continuing from the checksum of what came before (0 at the start).
    ///
    /// - Complexity: O(bytes), about 0.4 GB/s.
    public static func checksum(of bytes: some Sequence<UInt8>, continuing checksum: UInt32 = 0) -> UInt32 {
        var register = ~checksum
        for byte in bytes {
            register = table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ register >> 8
        }
        return ~register
    }
}
