import ServingTypes

/// A fast 128-bit digest of many bytes, the same on every machine and in every version of this project.
///
/// Eight independent 64-bit lanes each absorb one word of every 64-byte stripe by an invertible step
/// (multiply, rotate, multiply), so that no input bit is lost before the lanes are mixed; the tail is padded
/// with zeros and the length is mixed in last. Made for accidents, not for adversaries. Memory-bound when
/// optimized.
enum ContentDigest {
    private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let second: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let stripe = 64

    static func of(_ bytes: UnsafeRawBufferPointer) -> Bytes128 {
        var lanes = SIMD8<UInt64>(repeating: first)
        for lane in 0..<8 { lanes[lane] = mix(first &* UInt64(lane + 1)) }
        let whole = bytes.count / stripe * stripe
        var offset = 0
        while offset < whole {
            absorb(bytes, offset, into: &lanes)
            offset += stripe
        }
        if whole < bytes.count {
            withUnsafeTemporaryAllocation(byteCount: stripe, alignment: 8) { tail in
                for index in 0..<stripe {
                    tail[index] = whole + index < bytes.count ? bytes[whole + index] : 0
                }
                absorb(UnsafeRawBufferPointer(tail), 0, into: &lanes)
            }
        }
        return finish(lanes, count: bytes.count)
    }

    @inline(__always)
    private static func absorb(
        _ bytes: UnsafeRawBufferPointer,
        _ offset: Int,
        into lanes: inout SIMD8<UInt64>
    ) {
        for lane in 0..<8 {
            let word = UInt64(
                littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 8 * lane, as: UInt64.self)
            )
            let sum = lanes[lane] &+ word &* second
            lanes[lane] = (sum << 31 | sum >> 33) &* first
        }
    }

    private static func finish(_ lanes: SIMD8<UInt64>, count: Int) -> Bytes128 {
        var high = mix(UInt64(count))
        var low = mix(high ^ second)
        for lane in 0..<8 {
            high = mix(high ^ lanes[lane]) &* first
            low = mix(low &+ lanes[lane] &* second) &+ high
        }
        return Bytes128(high: mix(high ^ low), low: mix(low &+ first &* high))
    }

    /// A bijection of 64-bit words that spreads every bit over all (the finalizer of SplitMix64).
    private static func mix(_ word: UInt64) -> UInt64 {
        var mixed = word
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
