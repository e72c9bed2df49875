/// HTML or SVG text in which every interpolated string has been escaped.
///
/// Only literals and other markup enter unescaped, so no name or message that a server sent can become a tag,
/// leave its quoted attribute or run. Attributes are therefore always written in double quotes.
struct Markup: Equatable, Sendable, ExpressibleByStringInterpolation {
    private(set) var text: String

    init(stringLiteral value: String) { text = value }

    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// One after the other.
    init(_ parts: some Sequence<Markup>) {
        text = ""
        for part in parts { text += part.text }
    }

    static func + (left: Self, right: Self) -> Self { Markup([left, right]) }

    static func += (left: inout Self, right: Self) { left.text += right.text }

    var isEmpty: Bool { text.isEmpty }

    /// What builds markup from a literal with interpolations.
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }

        /// Text of any origin, escaped.
        mutating func appendInterpolation(_ value: String) { text += Markup.escaped(value) }

        mutating func appendInterpolation(_ value: Int) { text += String(value) }

        mutating func appendInterpolation(_ value: Markup) { text += value.text }

        mutating func appendInterpolation(_ values: [Markup]) {
            for value in values { text += value.text }
        }
    }

    /// Text that stands for itself between tags and inside double quotes.
    ///
    /// Control characters and marks that reverse the direction of what follows become U+FFFD: they could make
    /// a page show other text than it holds.
    static func escaped(_ value: String) -> String {
        // Most text, all coordinates among it, is plain: then it stays as it is.
        if value.utf8.allSatisfy(isPlain) { return value }
        var result = ""
        result.reserveCapacity(value.utf8.count + 16)
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\t", "\n": result.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
                result.unicodeScalars.append("\u{FFFD}")
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Printable ASCII that means nothing to HTML.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"):
            false
        default: (0x20..<0x7F).contains(byte)
        }
    }
}
