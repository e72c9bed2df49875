/// Walks JSON text in place: no allocation, no copies, bounded depth.
///
/// It reads what is asked for and steps over the rest, so it accepts some text that strict JSON forbids inside values
/// that nobody asked for.
struct JSONCursor {
    /// The text is not JSON, or not of the form that was asked for.
    struct Damage: Error {}

    private static let depthLimit = 64

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next byte that is not white space, without taking it; 0 at the end.
    var next: UInt8 {
        mutating get {
            skipSpace()
            return position < bytes.count ? bytes[position] : 0
        }
    }

    /// Whether nothing but white space is left.
    var isAtEnd: Bool { mutating get { next == 0 && position >= bytes.count } }

    /// Takes an object; `member` is called with each name and must take its value.
    mutating func object(_ member: (JSONName, inout JSONCursor) throws(Damage) -> Void) throws(Damage) {
        try take("{")
        guard next != UInt8(ascii: "}") else { return position += 1 }
        while true {
            let name = try string()
            try take(":")
            try member(JSONName(name), &self)
            if try endsList(with: "}") { return }
        }
    }

    /// Takes an array; `element` must take each value.
    mutating func array(_ element: (inout JSONCursor) throws(Damage) -> Void) throws(Damage) {
        try take("[")
        guard next != UInt8(ascii: "]") else { return position += 1 }
        while true {
            try element(&self)
            if try endsList(with: "]") { return }
        }
    }

    /// Takes a string and gives what stands between its quotes, escapes as they are.
    mutating func string() throws(Damage) -> UnsafeRawBufferPointer {
        try take("\"")
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return UnsafeRawBufferPointer(rebasing: bytes[start..<position - 1])
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        throw Damage()
    }

    /// Takes a string, or `null` and gives `nil`.
    mutating func optionalString() throws(Damage) -> UnsafeRawBufferPointer? {
        guard next == UInt8(ascii: "\"") else {
            try word("null")
            return nil
        }
        return try string()
    }

    /// Takes a whole number of at most 18 digits, or `null` and gives `nil`.
    mutating func optionalInteger() throws(Damage) -> Int? {
        guard next != UInt8(ascii: "n") else {
            try word("null")
            return nil
        }
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let start = position
        var value = 0
        while position < bytes.count, position - start < 19,
            case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[position]
        {
            if position - start < 18 { value = value * 10 + Int(bytes[position] - UInt8(ascii: "0")) }
            position += 1
        }
        guard (1...18).contains(position - start) else { throw Damage() }
        return isNegative ? -value : value
    }

    /// Steps over any value.
    mutating func skip(depth: Int = 0) throws(Damage) {
        guard depth < Self.depthLimit else { throw Damage() }
        switch next {
        case UInt8(ascii: "{"):
            try object { (_, cursor) throws(Damage) in try cursor.skip(depth: depth + 1) }
        case UInt8(ascii: "["):
            try array { (cursor) throws(Damage) in try cursor.skip(depth: depth + 1) }
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try skipNumber()
        }
    }

    private mutating func skipNumber() throws(Damage) {
        let start = position
        while position < bytes.count, Self.isOfNumber(bytes[position]) { position += 1 }
        guard position > start else { throw Damage() }
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private mutating func word(_ word: StaticString) throws(Damage) {
        skipSpace()
        guard bytes.count - position >= word.utf8CodeUnitCount else { throw Damage() }
        for index in 0..<word.utf8CodeUnitCount where bytes[position + index] != word.utf8Start[index] {
            throw Damage()
        }
        position += word.utf8CodeUnitCount
    }

    private mutating func take(_ mark: Unicode.Scalar) throws(Damage) {
        guard next == UInt8(ascii: mark) else { throw Damage() }
        position += 1
    }

    private mutating func endsList(with mark: Unicode.Scalar) throws(Damage) -> Bool {
        if next == UInt8(ascii: mark) {
            position += 1
            return true
        }
        try take(",")
        return false
    }

    private mutating func skipSpace() {
        while position < bytes.count, bytes[position] <= 32, Self.isSpace(bytes[position]) { position += 1 }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }
}
