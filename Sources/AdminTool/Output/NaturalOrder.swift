/// Names as people count: `decode-9` before `decode-10`.
enum NaturalOrder {
    /// Digits that numbers in names are brought to.
    private static let digitCount = 20

    /// A text whose order is that of the name.
    static func key(of name: String) -> String {
        var (key, digits) = ("", "")
        for character in name {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                key += padded(digits)
                key.append(character)
                digits = ""
            }
        }
        return key + padded(digits)
    }

    private static func padded(_ digits: String) -> String {
        digits.isEmpty ? "" : String(repeating: "0", count: max(0, digitCount - digits.count)) + digits
    }
}
