/// Reads one JSON document (RFC 8259) strictly: no duplicate keys, no lone surrogates, bounded depth.
struct JSONParser {
    /// Deepest nesting of arrays and objects.
    static let depthLimit = 32

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Parses `bytes` whole.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONParseError) -> JSONValue {
        var parser = JSONParser(bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.error("the end of the body") }
        return value
    }

    private func error(_ expectation: String) -> JSONParseError {
        JSONParseError(expectation: expectation, offset: position, isAtEnd: position >= bytes.count)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    /// Skips spaces, then `byte` if it is next.
    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONParseError) -> JSONValue {
        skipSpace()
        guard depth < Self.depthLimit else { throw error("at most \(Self.depthLimit) levels of nesting") }
        guard let byte = current else { throw error("a value") }
        switch byte {
        case UInt8(ascii: "{"): return .object(try members(depth: depth))
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error("a value")
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        let count = text.utf8CodeUnitCount
        guard position + count <= bytes.count,
            (0..<count).allSatisfy({ bytes[position + $0] == text.utf8Start[$0] })
        else { throw error("\(text)") }
        position += count
        return value
    }

    private mutating func elements(depth: Int) throws(JSONParseError) -> [JSONValue] {
        position += 1
        var elements: [JSONValue] = []
        guard !take(UInt8(ascii: "]")) else { return elements }
        repeat { elements.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw error("',' or ']'") }
        return elements
    }

    private mutating func members(depth: Int) throws(JSONParseError) -> [String: JSONValue] {
        position += 1
        var members: [String: JSONValue] = [:]
        guard !take(UInt8(ascii: "}")) else { return members }
        repeat {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw error("a key in quotes") }
            let start = position
            let key = try string()
            guard take(UInt8(ascii: ":")) else { throw error("':'") }
            guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
                position = start
                throw error("each key once, but \"\(key.prefix(60))\" is repeated")
            }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw error("',' or '}'") }
        return members
    }
}

// MARK: - Numbers

extension JSONParser {
    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        return position - start
    }

    /// The value of an optional minus and at most 18 digits, which cannot overflow.
    private static func integer(_ text: Slice<UnsafeRawBufferPointer>) -> Int {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative ? text.dropFirst() : text
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return isNegative ? -value : value
    }

    private mutating func number() throws(JSONParseError) -> JSONValue {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        let hasLeadingZero = current == UInt8(ascii: "0")
        let digitCount = skipDigits()
        guard digitCount > 0, !hasLeadingZero || digitCount == 1 else { throw error("a number") }
        var isWhole = true
        if current == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            guard skipDigits() > 0 else { throw error("digits after the point") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw error("digits in the exponent") }
        }
        if isWhole, digitCount <= 18 { return .integer(Self.integer(bytes[start..<position])) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            position = start
            throw error("a number within ±1.8e308")
        }
        return .number(value)
    }
}

// MARK: - Strings

extension JSONParser {
    private mutating func string() throws(JSONParseError) -> String {
        position += 1
        let start = position
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            position += 1
        }
        if current == UInt8(ascii: "\"") {  // The usual case: no escapes, one copy.
            let text = try validated(bytes[start..<position], from: start)
            position += 1
            return text
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(JSONParseError) -> String {
        var unescaped = Array(bytes[start..<position])
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error("control characters in strings as \\u escapes") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                try escape(into: &unescaped)
            } else {
                unescaped.append(byte)
            }
        }
        guard current == UInt8(ascii: "\"") else { throw error("'\"'") }
        let text = try validated(unescaped, from: start)
        position += 1
        return text
    }

    private func validated(_ text: some Collection<UInt8>, from start: Int) throws(JSONParseError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw JSONParseError(expectation: "valid UTF-8", offset: start, isAtEnd: false)
        }
        return string
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONParseError) {
        guard let byte = current else { throw error("an escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try escapedScalar()).utf8))
        default:
            position -= 1
            throw error("one of \"\\/bfnrtu after a backslash")
        }
    }

    /// Reads what follows `\u`, both halves of a surrogate pair included.
    private mutating func escapedScalar() throws(JSONParseError) -> Character {
        let first = UInt32(try hexadecimalUnit())
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard (0xD800..<0xDC00).contains(first), current == UInt8(ascii: "\\") else {
            throw error("the second half of a surrogate pair")
        }
        position += 1
        guard current == UInt8(ascii: "u") else { throw error("the second half of a surrogate pair") }
        position += 1
        let second = UInt32(try hexadecimalUnit())
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error("the second half of a surrogate pair") }
        return Character(scalar)
    }

    private mutating func hexadecimalUnit() throws(JSONParseError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("four hexadecimal digits")
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
