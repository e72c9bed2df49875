internal import NIOCore
internal import ServingTypes

/// Writes JSON text straight into a byte buffer; commas and escapes are its business.
struct JSONWriter {
    private(set) var buffer: ByteBuffer
    private var needsComma = false

    init() {
        buffer = ByteBuffer()
        buffer.reserveCapacity(256)  // A chunk with one token fits.
    }

    /// Members of an object that several documents share, written once.
    static func members(_ body: (inout JSONWriter) -> Void) -> ByteBuffer {
        var writer = JSONWriter()
        body(&writer)
        return writer.buffer
    }

    /// Members from ``members(_:)``, at least one.
    mutating func members(_ shared: ByteBuffer) {
        separate()
        buffer.writeImmutableBuffer(shared)
    }

    /// Writes one server-sent event whose data is a JSON document.
    mutating func event(_ document: (inout JSONWriter) -> Void) {
        needsComma = false
        buffer.writeStaticString("data: ")
        document(&self)
        buffer.writeStaticString("\n\n")
    }

    /// Writes the event that ends a complete stream.
    mutating func lastEvent() { buffer.writeStaticString("data: [DONE]\n\n") }

    mutating func object(_ members: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    mutating func array(_ elements: (inout JSONWriter) -> Void) {
        enclose(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    private mutating func enclose(_ open: UInt8, _ close: UInt8, _ body: (inout JSONWriter) -> Void) {
        separate()
        buffer.writeInteger(open)
        needsComma = false
        body(&self)
        buffer.writeInteger(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { buffer.writeInteger(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Starts a member; its value is written next.
    mutating func key(_ name: String) {
        string(name)
        buffer.writeInteger(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func null() { literal("null") }

    mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }

    mutating func integer(_ value: Int) { literal(String(value)) }

    /// A finite number.
    mutating func number(_ value: Double) {
        precondition(value.isFinite, "JSON has no \(value)")
        literal(value.description)
    }

    /// JSON has no infinities: values are clamped to ±9999, OpenAI's stand-in for impossible tokens.
    mutating func logprob(_ value: Float) {
        literal(value.isNaN ? "-9999.0" : max(-9_999, min(9_999, value)).description)
    }

    private mutating func literal(_ text: String) {
        separate()
        buffer.writeString(text)
    }

    mutating func string(_ text: String) {
        separate()
        buffer.writeInteger(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { writeEscaped($0) }
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    /// Copies runs of plain bytes and replaces the rest.
    private mutating func writeEscaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for (index, byte) in bytes.enumerated() where Self.needsEscape(byte) {
            buffer.writeBytes(UnsafeBufferPointer(rebasing: bytes[start..<index]))
            buffer.writeString(Self.escape(byte))
            start = index + 1
        }
        buffer.writeBytes(UnsafeBufferPointer(rebasing: bytes[start...]))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func escape(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""): return "\\\""
        case UInt8(ascii: "\\"): return "\\\\"
        case 0x0A: return "\\n"
        case 0x0D: return "\\r"
        case 0x09: return "\\t"
        default:
            let digits = String(byte, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}

extension JSONWriter {
    mutating func member(_ name: String, _ value: String) {
        key(name)
        string(value)
    }

    mutating func member(_ name: String, _ value: Int) {
        key(name)
        integer(value)
    }

    /// `null` when there is no value.
    mutating func member(_ name: String, optional value: String?) {
        key(name)
        if let value { string(value) } else { null() }
    }

    /// An array of token ids.
    mutating func member(_ name: String, _ tokens: [TokenID]) {
        key(name)
        array { writer in
            for token in tokens { writer.integer(Int(token)) }
        }
    }
}
