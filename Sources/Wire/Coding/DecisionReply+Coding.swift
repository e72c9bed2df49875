internal import CWireProto
internal import ServingTypes

private let requestName = TextField("request_query.request", bytes: 1...WireLimits.requestNameBytes)

extension String {
    init(_ raw: UnsafeMutablePointer<Baton__RequestQuery>) throws(WireError) {
        self = try requestName.decode(raw.pointee.request)
    }

    /// The message that asks for the request of this name.
    func query(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__RequestQuery> {
        let raw = try arena.make(CWireProto_make_request_query)
        raw.pointee.request = try requestName.encode(self, in: arena)
        return raw
    }
}

extension DecisionReply {
    private static let byteCount = IntegerField(
        "decision.document_bytes",
        1...FrameHeader.payloadLimit
    )

    init(_ raw: UnsafeMutablePointer<Baton__Decision>, payload: [UInt8]) throws(WireError) {
        if let failure = try ServingError.optional(raw.pointee.failure) {
            guard payload.isEmpty else {
                throw .payloadSize(.decision, bytes: payload.count, expected: 0)
            }
            self = .unknown(failure)
            return
        }
        let count = try Self.byteCount.decode(raw.pointee.document_bytes)
        guard payload.count == count else {
            throw .payloadSize(.decision, bytes: payload.count, expected: count)
        }
        guard let text = String(validating: payload, as: UTF8.self) else {
            throw .badText(field: "decision.document")
        }
        self = .known(text)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Decision> {
        let raw = try arena.make(CWireProto_make_decision)
        switch self {
        case .known(let document):
            raw.pointee.document_bytes = try Self.byteCount.encode(document.utf8.count)
        case .unknown(let failure): raw.pointee.failure = try failure.raw(in: arena)
        }
        return raw
    }

    /// The document's UTF-8.
    var payload: [UInt8] {
        guard case .known(let document) = self else { return [] }
        return Array(document.utf8)
    }
}
