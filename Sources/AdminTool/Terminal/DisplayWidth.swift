/// Columns that text takes on a terminal.
enum DisplayWidth {
    /// Ranges of characters that take two columns.
    ///
    /// Source: Unicode 16, EastAsianWidth.txt (W and F), by blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x231A...0x231B, 0x23E9...0x23EC, 0x25FD...0x25FE, 0x2614...0x2615, 0x2648...0x2653,
        0x26A1...0x26A1, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x26D4...0x26D4, 0x26EA...0x26EA,
        0x26F2...0x26F5, 0x26FA...0x26FD, 0x2705...0x2705, 0x270A...0x270B, 0x2728...0x2728, 0x274C...0x274E,
        0x2753...0x2757, 0x2795...0x2797, 0x27B0...0x27BF, 0x2B1B...0x2B1C, 0x2B50...0x2B55, 0x2E80...0x303E,
        0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18AFF,
        0x1B000...0x1B2FF, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F18E, 0x1F191...0x1F19A,
        0x1F200...0x1F320, 0x1F32D...0x1F64F, 0x1F680...0x1F6FF, 0x1F7E0...0x1F7EB, 0x1F90C...0x1FAFF,
        0x20000...0x3FFFD,
    ]

    static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        guard let first = scalars.first else { return 0 }
        // A sign followed by U+FE0F is shown as an emoji.
        if scalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
        if first.properties.generalCategory == .nonspacingMark || first.properties.generalCategory == .format
        {
            return scalars.count == 1 ? 0 : 1
        }
        return first.value >= 0x1100 && wide.contains { $0.contains(first.value) } ? 2 : 1
    }

    static func of(_ text: some StringProtocol) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.reduce(0) { $0 + of($1) }
    }

    /// The text in at most so many columns; what was cut ends with an ellipsis.
    static func cut(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var (kept, width) = ("", 0)
        for character in text {
            let next = of(character)
            guard width + next < columns else { break }
            kept.append(character)
            width += next
        }
        return kept + "…"
    }

    /// The end of a text in at most so many columns: where long names of one kind differ.
    static func tail(_ text: String, to columns: Int) -> String {
        guard of(text) > columns else { return text }
        guard columns > 0 else { return "" }
        var (kept, width) = ("", 0)
        for character in text.reversed() {
            let next = of(character)
            guard width + next < columns else { break }
            kept.append(character)
            width += next
        }
        return "…" + String(kept.reversed())
    }

    /// The text in exactly so many columns: cut, or with spaces at its end, or at its start if `isRight`.
    static func fit(_ text: String, _ columns: Int, isRight: Bool = false) -> String {
        let short = cut(text, to: columns)
        let space = String(repeating: " ", count: max(0, columns - of(short)))
        return isRight ? space + short : short + space
    }

    /// The text without what would steer the terminal: names that clients choose are shown as they are.
    static func harmless(_ text: String) -> String {
        let isClean = text.unicodeScalars.allSatisfy { !isControl($0) }
        guard !isClean else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? "\u{FFFD}" : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // C0, DEL and C1; then what turns the direction of writing.
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
