/// The printable characters by which byte-level BPE vocabularies spell bytes.
///
/// Printable Latin-1 characters spell themselves; the 68 other bytes are spelled U+0100, U+0101, … in order.
/// Source: GPT-2, `bytes_to_unicode`.
enum ByteAlphabet {
    /// The bytes a spelling stands for; `nil` if it holds a character outside the alphabet.
    static func bytes(spelledBy spelling: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(spelling.utf8.count)
        for scalar in spelling.unicodeScalars {
            guard let byte = byte(spelledBy: scalar.value) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func byte(spelledBy scalar: UInt32) -> UInt8? {
        switch scalar {
        case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: UInt8(scalar)
        case 0x100...0x120: UInt8(scalar - 0x100)  // 0x00…0x20
        case 0x121...0x142: UInt8(scalar - 0x121 + 0x7F)  // 0x7F…0xA0
        case 0x143: 0xAD
        default: nil
        }
    }
}
