/// The code of a Swift file: comments are gone, string literals are empty, interpolated expressions stay, and every
/// line keeps its number.
///
/// Regular expression literals are not told from divisions; the sources have none.
struct SwiftCode: Sendable {
    let text: String

    /// - Parameter keepingStrings: leaves string literals as they are; only comments go.
    init(_ source: String, keepingStrings: Bool = false) {
        var stripper = Stripper(bytes: Array(source.utf8), keepsStrings: keepingStrings)
        stripper.stripCode(untilParenthesis: false)
        text = String(decoding: stripper.output, as: UTF8.self)
    }

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}

private struct Stripper {
    let bytes: [UInt8]
    let keepsStrings: Bool
    var position = 0
    var output: [UInt8] = []

    mutating func stripCode(untilParenthesis: Bool) {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "/") where startsWith("//"):
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
                continue
            case UInt8(ascii: "/") where startsWith("/*"):
                skipBlockComment()
                continue
            case UInt8(ascii: "#"), UInt8(ascii: "\""):
                if let hashes = literalHashes() {
                    stripLiteral(hashes: hashes)
                    continue
                }
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            default: break
            }
            if untilParenthesis, depth < 0 { return }
            take(1)
        }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        while position < bytes.count {
            if startsWith("/*") {
                depth += 1
                position += 2
            } else if startsWith("*/") {
                depth -= 1
                position += 2
                if depth == 0 { return }
            } else {
                if bytes[position] == UInt8(ascii: "\n") { output.append(bytes[position]) }
                position += 1
            }
        }
    }

    /// How many `#` stand before the quotation mark of a literal that begins here; `nil` if none does.
    private func literalHashes() -> Int? {
        var index = position
        while index < bytes.count, bytes[index] == UInt8(ascii: "#") { index += 1 }
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return nil }
        return index - position
    }

    private mutating func stripLiteral(hashes: Int) {
        let fence = String(repeating: "#", count: hashes)
        take(hashes)
        let quote = startsWith("\"\"\"") ? "\"\"\"" : "\""
        take(quote.utf8.count)
        let escape = "\\" + fence
        while position < bytes.count {
            let byte = bytes[position]
            if byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
                pass(1)
            } else if startsWith(quote + fence) {
                return take(quote.utf8.count + hashes)
            } else if startsWith(escape + "(") {
                pass(escape.utf8.count)
                take(1)
                stripCode(untilParenthesis: true)
                take(1)
            } else if startsWith(escape) {
                pass(escape.utf8.count + 1)
            } else {
                pass(1)
            }
        }
    }

    private func startsWith(_ text: String) -> Bool {
        bytes[position...].starts(with: text.utf8)
    }

    /// Copies what is code.
    private mutating func take(_ count: Int) {
        let end = min(bytes.count, position + count)
        output += bytes[position..<end]
        position = end
    }

    /// Copies what is text only if text is wanted; line ends always.
    private mutating func pass(_ count: Int) {
        let end = min(bytes.count, position + count)
        output += bytes[position..<end].filter { keepsStrings || $0 == UInt8(ascii: "\n") }
        position = end
    }
}
