/// Tells whether bytes end within a character.
enum UTF8Tail {
    /// Number of bytes at the end, 0 to 3, that further bytes could complete to a character.
    ///
    /// Such bytes are a proper prefix of well-formed UTF-8, so that cutting before them never divides a
    /// sequence that decoding replaces by one U+FFFD. Source: Unicode 15, table 3-7 and "substitution of
    /// maximal subparts".
    static func incompleteLength(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let start = bytes.count - length
            let lead = bytes[start]
            if lead & 0xC0 == 0x80 { continue }
            let needed =
                switch lead {
                case 0xC2...0xDF: 2
                case 0xE0...0xEF: 3
                case 0xF0...0xF4: 4
                default: 1
                }
            guard length < needed, length == 1 || secondBytes(after: lead).contains(bytes[start + 1]) else {
                return 0
            }
            return length
        }
        return 0
    }

    private static func secondBytes(after lead: UInt8) -> ClosedRange<UInt8> {
        switch lead {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
    }
}
