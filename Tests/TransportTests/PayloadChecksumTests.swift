import CLinux
import Testing
import Transport
import Wire

@Suite struct PayloadChecksumTests {
    @Test func `instructions and tables agree for all lengths, places and starts`() {
        let bytes = (0..<20_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 7) }
        let lengths = Array(0..<900) + [1535, 1536, 1537, 6143, 6144, 6145, 12_288, 16_384, 19_990]
        bytes.withUnsafeBytes { buffer in
            for (index, length) in lengths.enumerated() {
                let piece = UnsafeRawBufferPointer(rebasing: buffer[(index % 9)...].prefix(length))
                let start = UInt32(truncatingIfNeeded: index &* 2_246_822_519)
                let fast = PayloadChecksum.crc32c(of: piece, continuing: start)
                #expect(
                    fast == clinux_crc32c_scalar(start, piece.baseAddress, piece.count),
                    "\(length) bytes"
                )
            }
            let whole = CRC32C.checksum(of: buffer)
            #expect(PayloadChecksum.crc32c(of: buffer) == whole, "the same values as frame headers use")
            let cuts = [0, 1, 700, 701, 9000, buffer.count]
            let segments = zip(cuts, cuts.dropFirst()).map {
                UnsafeRawBufferPointer(rebasing: buffer[$0..<$1])
            }
            #expect(PayloadChecksum.crc32c(of: segments) == whole, "segments count as one")
        }
    }
}
