internal import CWireProto
internal import ServingTypes

private let errorCode = ChoiceField<ServingErrorCode>("failure.code")

extension ServingError {
    init(_ raw: UnsafeMutablePointer<Baton__Failure>?) throws(WireError) {
        guard let raw else { throw .missing(field: "failure") }
        let text = raw.pointee.message
        guard text.len <= WireLimits.sentenceBytes else {
            throw .tooLong(field: "failure.message", count: text.len, limit: WireLimits.sentenceBytes)
        }
        let buffer = UnsafeBufferPointer(start: text.data, count: text.len)
        guard let sentence = String(validating: buffer, as: UTF8.self) else {
            throw .badText(field: "failure.message")
        }
        self.init(try errorCode.decode(raw.pointee.code), sentence)
    }

    /// A failure that may be absent.
    static func optional(_ raw: UnsafeMutablePointer<Baton__Failure>?) throws(WireError) -> ServingError? {
        guard let raw else { return nil }
        return try ServingError(raw)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Failure> {
        let raw = try arena.make(CWireProto_make_failure)
        raw.pointee.code = try errorCode.encode(code)
        raw.pointee.message = try arena.copy(shortened)
        return raw
    }

    /// The message cut to what the wire holds, at the end of a character: a long reason must not hide the
    /// failure.
    private var shortened: String {
        guard message.utf8.count > WireLimits.sentenceBytes else { return message }
        var cut = message.utf8.index(message.startIndex, offsetBy: WireLimits.sentenceBytes)
        while cut.samePosition(in: message) == nil { cut = message.utf8.index(before: cut) }
        return String(message[..<cut])
    }
}
