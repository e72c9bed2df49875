internal import CWireProto
internal import ServingTypes

private enum Field {
    static let kind = ChoiceField<DocumentKind>("document_request.kind")
    static let argument = TextField("document_request.argument", bytes: 0...WireLimits.argumentBytes)
    static let byteCount = IntegerField("document_reply.document_bytes", 1...FrameHeader.payloadLimit)
}

extension DocumentRequest {
    init(_ raw: UnsafeMutablePointer<Baton__DocumentRequest>) throws(WireError) {
        self.init(
            try Field.kind.decode(raw.pointee.kind),
            argument: try Field.argument.decode(raw.pointee.argument)
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__DocumentRequest> {
        let raw = try arena.make(CWireProto_make_document_request)
        raw.pointee.kind = try Field.kind.encode(kind)
        raw.pointee.argument = try Field.argument.encode(argument, in: arena)
        return raw
    }
}

extension DocumentReply {
    init(_ raw: UnsafeMutablePointer<Baton__DocumentReply>, payload: [UInt8]) throws(WireError) {
        if let failure = try ServingError.optional(raw.pointee.failure) {
            guard payload.isEmpty else {
                throw .payloadSize(.documentReply, bytes: payload.count, expected: 0)
            }
            self = .failure(failure)
            return
        }
        let count = try Field.byteCount.decode(raw.pointee.document_bytes)
        guard payload.count == count else {
            throw .payloadSize(.documentReply, bytes: payload.count, expected: count)
        }
        guard let text = String(validating: payload, as: UTF8.self) else {
            throw .badText(field: "document_reply.document")
        }
        self = .document(text)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__DocumentReply> {
        let raw = try arena.make(CWireProto_make_document_reply)
        switch self {
        case .document(let document):
            raw.pointee.document_bytes = try Field.byteCount.encode(document.utf8.count)
        case .failure(let failure): raw.pointee.failure = try failure.raw(in: arena)
        }
        return raw
    }

    /// The document's UTF-8.
    var payload: [UInt8] {
        guard case .document(let document) = self else { return [] }
        return Array(document.utf8)
    }
}
