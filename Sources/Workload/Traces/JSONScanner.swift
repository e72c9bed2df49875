/// Reads one JSON object (RFC 8259) from a line.
struct JSONScanner {
    private static let depthLimit = 32
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ line: ArraySlice<UInt8>) {
        bytes = line
        position = line.startIndex
    }

    /// The members of the object that the line is.
    mutating func object() throws(TraceError.Problem) -> [(key: String, value: JSONLine.Value)] {
        let members = try members(depth: 0)
        skipSpace()
        guard position == bytes.endIndex else { throw error("the end of the line") }
        return members
    }

    private func error(_ expectation: String) -> TraceError.Problem {
        .badJSON(expectation, column: position - bytes.startIndex + 1)
    }

    private var current: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x09 { position += 1 }
    }

    /// Skips spaces, then `byte` if it is next.
    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        skipSpace()
        guard current == UInt8(ascii: byte) else { return false }
        position += 1
        return true
    }

    private mutating func members(depth: Int) throws(TraceError.Problem) -> [(
        key: String, value: JSONLine.Value
    )] {
        guard depth < Self.depthLimit else { throw error("at most \(Self.depthLimit) levels of nesting") }
        guard take("{") else { throw error("'{'") }
        var members: [(key: String, value: JSONLine.Value)] = []
        guard !take("}") else { return members }
        repeat {
            guard take("\"") else { throw error("a key in quotes") }
            let key = try string()
            guard !members.contains(where: { $0.key == key }) else { throw error("\"\(key)\" once only") }
            guard take(":") else { throw error("':'") }
            members.append((key, try value(depth: depth + 1)))
        } while take(",")
        guard take("}") else { throw error("',' or '}'") }
        return members
    }

    private mutating func value(depth: Int) throws(TraceError.Problem) -> JSONLine.Value {
        guard depth < Self.depthLimit else { throw error("at most \(Self.depthLimit) levels of nesting") }
        skipSpace()
        switch current {
        case UInt8(ascii: "\""):
            position += 1
            return .string(try string())
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "{"):
            return Self.texts(try members(depth: depth))
        case UInt8(ascii: "t"): return try word("true")
        case UInt8(ascii: "f"): return try word("false")
        case UInt8(ascii: "n"): return try word("null")
        default: return .number(try number())
        }
    }

    /// An object of strings is one of texts, any other is passed over.
    private static func texts(_ members: [(key: String, value: JSONLine.Value)]) -> JSONLine.Value {
        var texts: [JSONLine.Text] = []
        for (key, value) in members {
            guard case .string(let text) = value else { return .other }
            texts.append(JSONLine.Text(key: key, value: text))
        }
        return .texts(texts)
    }

    private mutating func word(_ text: String) throws(TraceError.Problem) -> JSONLine.Value {
        guard bytes[position...].starts(with: text.utf8) else { throw error(text) }
        position += text.utf8.count
        return .other
    }

    private mutating func array(depth: Int) throws(TraceError.Problem) -> JSONLine.Value {
        position += 1
        var integers: [UInt64]? = []
        guard !take("]") else { return .integers([]) }
        repeat {
            if case .number(let text) = try value(depth: depth + 1), let integer = UInt64(text) {
                integers?.append(integer)
            } else {
                integers = nil
            }
        } while take(",")
        guard take("]") else { throw error("',' or ']'") }
        return integers.map { .integers($0) } ?? .other
    }

    private mutating func number() throws(TraceError.Problem) -> String {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let hasLeadingZero = current == UInt8(ascii: "0")
        let digitCount = skipDigits()
        guard digitCount > 0, !hasLeadingZero || digitCount == 1 else {
            position = start
            throw error("a value")
        }
        if current == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw error("digits after the point") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw error("digits in the exponent") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = current, (48...57).contains(byte) { position += 1 }
        return position - start
    }
}

// MARK: - Strings

extension JSONScanner {
    /// The string whose opening quote was just taken.
    private mutating func string() throws(TraceError.Problem) -> String {
        var text: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try validated(text)
            case UInt8(ascii: "\\"): try appendEscape(to: &text)
            case 0..<0x20: throw error("no control character in a string")
            default: text.append(byte)
            }
        }
        throw error("'\"'")
    }

    private func validated(_ text: [UInt8]) throws(TraceError.Problem) -> String {
        guard let string = String(validating: text, as: UTF8.self) else { throw error("valid UTF-8") }
        return string
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(TraceError.Problem) {
        guard let byte = current else { throw error("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += Array(String(Character(try scalar())).utf8)
        default: throw error("an escape")
        }
    }

    /// The scalar of `\uXXXX`, or of a pair of surrogates.
    private mutating func scalar() throws(TraceError.Problem) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, current == UInt8(ascii: "\\") else { throw error("a pair of surrogates") }
        position += 1
        guard current == UInt8(ascii: "u") else { throw error("a pair of surrogates") }
        position += 1
        let second = try hexadecimal()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error("a pair of surrogates") }
        return scalar
    }

    private mutating func hexadecimal() throws(TraceError.Problem) -> UInt32 {
        let end = position + 4
        guard end <= bytes.endIndex, bytes[position..<end].allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
            let value = UInt32(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits") }
        position = end
        return value
    }
}
