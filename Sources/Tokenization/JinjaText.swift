/// The text of a template, searched for literals byte by byte.
struct JinjaText {
    private let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    /// Whether `part` occurs.
    func holds(_ part: String) -> Bool { offset(of: Array(part.utf8), from: 0) != nil }

    /// What stands between each `opening` and the first `closing` after it.
    func texts(between opening: String, and closing: String) -> [String] {
        let (opening, closing) = (Array(opening.utf8), Array(closing.utf8))
        var texts: [String] = []
        var start = 0
        while let found = offset(of: opening, from: start) {
            start = found + opening.count
            guard let end = offset(of: closing, from: start) else { break }
            texts.append(String(decoding: bytes[start..<end], as: UTF8.self))
        }
        return texts
    }

    /// A literal's text, in which `\n` stands for a line feed.
    static func unescapingNewlines(_ literal: String) -> String {
        var result: [UInt8] = []
        for byte in literal.utf8 {
            if byte == UInt8(ascii: "n"), result.last == UInt8(ascii: "\\") {
                result[result.count - 1] = UInt8(ascii: "\n")
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func offset(of part: [UInt8], from start: Int) -> Int? {
        guard let first = part.first, bytes.count - part.count >= start else { return nil }
        return (start...bytes.count - part.count).first { index in
            bytes[index] == first && bytes[index..<index + part.count].elementsEqual(part)
        }
    }
}
