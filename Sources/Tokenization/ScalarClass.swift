/// What the rules that split text distinguish.
enum ScalarClass: UInt8 {
    /// `\p{L}`
    case letter
    /// `\p{N}`
    case number
    /// Carriage return and line feed.
    case newline
    /// Any other white space, `\s`.
    case space
    /// Everything else.
    case other

    var isWhitespace: Bool { self == .newline || self == .space }

    /// The class of the character at `index` of valid UTF-8 and the number of its bytes.
    @inline(__always)
    static func at(_ index: Int, of text: UnsafeBufferPointer<UInt8>) -> (class: ScalarClass, length: Int) {
        let lead = text[index]
        return lead < 0x80 ? (ofASCII(lead), 1) : beyondASCII(index, of: text)
    }

    @inline(__always)
    private static func ofASCII(_ byte: UInt8) -> ScalarClass {
        switch byte {
        case 0x61...0x7A, 0x41...0x5A: .letter
        case 0x20, 0x09, 0x0B, 0x0C: .space
        case 0x0A, 0x0D: .newline
        case 0x30...0x39: .number
        default: .other
        }
    }

    private static func beyondASCII(
        _ index: Int,
        of text: UnsafeBufferPointer<UInt8>
    ) -> (class: ScalarClass, length: Int) {
        let lead = UInt32(text[index])
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        var value = lead & (0xFF >> UInt32(length + 1))
        for offset in 1..<length where index + offset < text.count {
            value = value << 6 | UInt32(text[index + offset] & 0x3F)
        }
        return (of(value), length)
    }

    /// The large blocks of letters first: a look-up of properties costs ten times as much.
    private static func of(_ value: UInt32) -> ScalarClass {
        switch value {
        case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x24F, 0x410...0x44F, 0x3041...0x3096, 0x30A1...0x30FA,
            0x4E00...0x9FFF, 0xAC00...0xD7A3:
            return .letter
        default:
            guard let scalar = Unicode.Scalar(value) else { return .other }
            return of(scalar.properties)
        }
    }

    private static func of(_ properties: Unicode.Scalar.Properties) -> ScalarClass {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
        case .decimalNumber, .letterNumber, .otherNumber: .number
        default: properties.isWhitespace ? .space : .other
        }
    }
}
