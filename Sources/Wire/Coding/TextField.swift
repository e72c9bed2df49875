internal import CWireProto

/// A name on the wire: UTF-8 without control characters, because names go into logs, tables and certificates.
struct TextField: Sendable {
    let name: StaticString
    let bytes: ClosedRange<Int>

    /// Names of 1 to ``WireLimits/nameBytes`` bytes, or as given.
    init(_ name: StaticString, bytes: ClosedRange<Int> = 1...WireLimits.nameBytes) {
        self.name = name
        self.bytes = bytes
    }

    func encode(_ text: String, in arena: borrowing Arena) throws(WireError) -> ProtobufCBinaryData {
        try check(text.utf8)
        return try arena.copy(text)
    }

    func decode(_ raw: ProtobufCBinaryData) throws(WireError) -> String {
        let buffer = UnsafeBufferPointer(start: raw.data, count: raw.len)
        try check(buffer)
        guard let text = String(validating: buffer, as: UTF8.self) else { throw .badText(field: "\(name)") }
        return text
    }

    private func check(_ text: some Collection<UInt8>) throws(WireError) {
        guard text.count <= bytes.upperBound else {
            throw .tooLong(field: "\(name)", count: text.count, limit: bytes.upperBound)
        }
        guard text.count >= bytes.lowerBound else { throw .missing(field: "\(name)") }
        for byte in text where byte < 0x20 || byte == 0x7F { throw .badText(field: "\(name)") }
    }
}
