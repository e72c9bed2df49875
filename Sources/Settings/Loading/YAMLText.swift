/// Writes scalars so that a YAML reader gets the same text back.
enum YAMLText {
    /// Plain where no reader can mistake it, else in double quotes.
    static func scalar(_ text: String) -> String {
        isPlain(text) ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    private static func isPlain(_ text: String) -> Bool {
        let isWordByte = { (byte: UInt8) in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
        let words = ["null", "true", "false", "yes", "no", "on", "off", "auto", "y", "n"]
        guard let first = text.utf8.first, let last = text.utf8.last, !words.contains(text.lowercased())
        else {
            return false
        }
        let isAllowed = { (byte: UInt8) in isWordByte(byte) || "/._-:+".utf8.contains(byte) }
        return (isWordByte(first) || first == UInt8(ascii: "/")) && last != UInt8(ascii: ":")
            && text.utf8.allSatisfy(isAllowed)
    }

    private static func escaped(_ character: Unicode.Scalar) -> String {
        switch character {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\t": "\\t"
        default:
            character.value < 32 || character.value == 127
                ? "\\x" + hexadecimal(character.value) : String(character)
        }
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return value < 16 ? "0" + digits : digits
    }
}
