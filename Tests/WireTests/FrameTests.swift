import Testing

@testable import Wire

@Suite struct FrameTests {
    @Test(arguments: [
        ("RFC 3720: 32 zero bytes", [UInt8](repeating: 0, count: 32), UInt32(0x8A91_36AA)),
        ("RFC 3720: 32 bytes of ones", [UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        ("RFC 3720: ascending bytes", Array(0..<32), 0x46DD_794E),
        ("the usual check value", Array("123456789".utf8), 0xE306_9283),
    ])
    func checksum(source: String, bytes: [UInt8], expected: UInt32) {
        #expect(CRC32C.checksum(of: bytes) == expected, "\(source)")
        let first = CRC32C.checksum(of: bytes.prefix(5))
        #expect(
            CRC32C.checksum(of: bytes.dropFirst(5), continuing: first) == expected,
            "\(source), continued"
        )
    }

    @Test func `the header's layout is fixed`() throws {
        let frame = try Frame(type: 0x0102, streamID: 0xA1B2_C3D4, message: [7, 8, 9], payload: [1, 2])
        // Written down once, independently of the code: little-endian, checksum over the first 20 bytes.
        let header: [UInt8] = [
            0x42, 0x54, 1, 0, 0x02, 0x01, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0xD4, 0xC3, 0xB2, 0xA1,
        ]
        let checksum: [UInt8] = [0x95, 0xCD, 0x3D, 0xEB]
        #expect(frame.encoded() == header + checksum + [7, 8, 9, 1, 2])
    }

    /// What replaces a byte of a sound header, and the error that must follow once the checksum fits again.
    @Test(arguments: [
        ("another protocol is named", [0: UInt8(0x48)], FrameError.badMagic(0x5448)),
        ("another version is named", [2: 2], .unsupportedVersion(2)),
        ("a flag is refused", [3: 0x80], .unknownFlags(0x80, reserved: 0)),
        ("reserved bits are refused", [7: 1], .unknownFlags(0, reserved: 0x100)),
        ("a long message is refused", [8: 1, 10: 1], .messageTooLarge(bytes: 65537, limit: 65536)),
        (
            "a long payload is refused", [12: 1, 14: 0x40],
            .payloadTooLarge(bytes: 4_194_305, limit: 4_194_304)
        ),
        ("a huge payload is refused", [15: 0xFF], .payloadTooLarge(bytes: 0xFF00_0000, limit: 4_194_304)),
    ])
    func refusal(requirement: String, changes: [Int: UInt8], expected: FrameError) throws {
        var bytes = Array(try Frame(type: 1, streamID: 2, message: []).encoded().prefix(20))
        for (offset, byte) in changes { bytes[offset] = byte }
        let checksum = CRC32C.checksum(of: bytes)
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
        var decoder = FrameDecoder()
        #expect(throws: expected, "\(requirement)") { try decoder.frames(in: bytes) }
        #expect(throws: expected, "an error is final") { try decoder.frames(in: [0]) }
    }

    @Test func `parts may be exactly as large as the limits`() throws {
        let message = [UInt8](repeating: 1, count: FrameHeader.messageLimit)
        let payload = [UInt8](repeating: 2, count: FrameHeader.payloadLimit)
        let frame = try Frame(type: 1, streamID: 2, message: message, payload: payload)
        var decoder = FrameDecoder()
        #expect(try decoder.frames(in: frame.encoded()) == [frame])
        #expect(throws: FrameError.messageTooLarge(bytes: 65537, limit: 65536)) {
            try Frame(type: 1, streamID: 2, message: message + [0])
        }
        #expect(throws: FrameError.payloadTooLarge(bytes: 4_194_305, limit: 4_194_304)) {
            try Frame(type: 1, streamID: 2, message: [], payload: payload + [0])
        }
    }
}
