internal import CWireProto
internal import ServingTypes

private enum Field {
    static let query = TextField("request_query.request", bytes: 1...WireLimits.requestNameBytes)
    static let clientRequestID = TextField(
        "request_trace.client_request_id",
        bytes: 0...WireLimits.requestNameBytes
    )
    static let requestClass = TextField("request_trace.request_class", bytes: 0...WireLimits.nameBytes)
    static let state = ChoiceField<RequestTrace.State>("request_trace.state")
    static let attempts = IntegerField("request_trace.attempts", 0...Int(UInt32.max))
    static let promptTokens = IntegerField("request_trace.prompt_tokens", IntegerField.anyCount)
    static let emittedTokens = IntegerField("request_trace.emitted_tokens", IntegerField.anyCount)
    static let ttft = DurationField("request_trace.ttft")
    static let gap = DurationField("request_trace.gap")
    static let elapsed = DurationField("request_trace.elapsed")
    static let attemptNumber = IntegerField("part.attempt_number", 1...Int(UInt32.max))
    static let kind = ChoiceField<PartTrace.Kind>("part.kind")
    static let codec = ChoiceField<KVCodec>("part.codec")
}

extension String {
    init(_ raw: UnsafeMutablePointer<Baton__RequestQuery>) throws(WireError) {
        self = try Field.query.decode(raw.pointee.request)
    }

    /// The message that asks for the request of this name.
    func query(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__RequestQuery> {
        let raw = try arena.make(CWireProto_make_request_query)
        raw.pointee.request = try Field.query.encode(self, in: arena)
        return raw
    }
}

extension RequestTrace {
    init(_ raw: UnsafeMutablePointer<Baton__RequestTrace>) throws(WireError) {
        let count = raw.pointee.n_parts
        try Self.checkPartCount(count)
        self.init(
            request: RequestID(rawValue: try Bytes128(raw.pointee.request, "request_trace.request")),
            clientRequestID: try Field.clientRequestID.decode(raw.pointee.client_request_id),
            requestClass: try Field.requestClass.decode(raw.pointee.request_class),
            state: try Field.state.decode(raw.pointee.state),
            attempts: try Field.attempts.decode(raw.pointee.attempts),
            promptTokens: try Field.promptTokens.decode(raw.pointee.prompt_tokens),
            emittedTokens: try Field.emittedTokens.decode(raw.pointee.emitted_tokens),
            ttft: try Field.ttft.optional(raw.pointee.ttft),
            gap: try Field.gap.optional(raw.pointee.gap),
            elapsed: try Field.elapsed.optional(raw.pointee.elapsed),
            failure: try ServingError.optional(raw.pointee.failure),
            parts: []
        )
        for entry in UnsafeBufferPointer(start: raw.pointee.parts, count: count) {
            parts.append(try PartTrace(entry))
        }
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__RequestTrace> {
        try Self.checkPartCount(parts.count)
        let raw = try arena.make(CWireProto_make_request_trace)
        raw.pointee.request = try request.rawValue.raw(in: arena)
        raw.pointee.client_request_id = try Field.clientRequestID.encode(clientRequestID, in: arena)
        raw.pointee.request_class = try Field.requestClass.encode(requestClass, in: arena)
        raw.pointee.state = try Field.state.encode(state)
        raw.pointee.attempts = try Field.attempts.encode(attempts)
        raw.pointee.prompt_tokens = try Field.promptTokens.encode(promptTokens)
        raw.pointee.emitted_tokens = try Field.emittedTokens.encode(emittedTokens)
        raw.pointee.ttft = try Field.ttft.raw(ttft, in: arena)
        raw.pointee.gap = try Field.gap.raw(gap, in: arena)
        raw.pointee.elapsed = try Field.elapsed.raw(elapsed, in: arena)
        raw.pointee.failure = try failure?.raw(in: arena)
        let list: UnsafeMutableBufferPointer<UnsafeMutablePointer<Baton__PartTrace>?>
        list = try arena.array(parts.count)
        for (index, part) in parts.enumerated() {
            list.initializeElement(at: index, to: try part.raw(in: arena))
        }
        raw.pointee.n_parts = parts.count
        raw.pointee.parts = list.baseAddress
        return raw
    }

    private static func checkPartCount(_ count: Int) throws(WireError) {
        guard count <= WireLimits.traceParts else {
            throw .tooLong(field: "request_trace.parts", count: count, limit: WireLimits.traceParts)
        }
    }
}

extension DurationField {
    fileprivate func optional(_ raw: UnsafeMutablePointer<Baton__Span>?) throws(WireError) -> Duration? {
        guard let raw else { return nil }
        return try decode(raw.pointee.us)
    }

    fileprivate func raw(
        _ value: Duration?,
        in arena: borrowing Arena
    ) throws(WireError) -> UnsafeMutablePointer<Baton__Span>? {
        guard let value else { return nil }
        let raw = try arena.make(CWireProto_make_span)
        raw.pointee.us = try encode(value)
        return raw
    }
}

extension PartTrace {
    fileprivate init(_ raw: UnsafeMutablePointer<Baton__PartTrace>?) throws(WireError) {
        guard let raw else { throw .missing(field: "part") }
        _ = try Field.attemptNumber.decode(raw.pointee.attempt_number)
        self.init(
            attemptNumber: raw.pointee.attempt_number,
            worker: try WorkerRef(raw.pointee.worker),
            kind: try Field.kind.decode(raw.pointee.kind),
            failure: try ServingError.optional(raw.pointee.failure)
        )
        if raw.pointee.report != nil { report = try StageReport(raw.pointee.report) }
        if raw.pointee.codec.rawValue != 0 { codec = try Field.codec.decode(raw.pointee.codec) }
        if let part = raw.pointee.budget { budget = try KVBudget(part) }
        if raw.pointee.fetch_source != nil { fetchSource = try WorkerRef(raw.pointee.fetch_source) }
    }

    fileprivate func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<
        Baton__PartTrace
    > {
        let raw = try arena.make(CWireProto_make_part_trace)
        raw.pointee.attempt_number = try Field.attemptNumber.encode(Int(attemptNumber))
        raw.pointee.worker = try worker.raw(in: arena)
        raw.pointee.kind = try Field.kind.encode(kind)
        if let codec { raw.pointee.codec = try Field.codec.encode(codec) }
        raw.pointee.budget = try budget?.raw(in: arena)
        raw.pointee.fetch_source = try fetchSource?.raw(in: arena)
        raw.pointee.report = try report?.raw(in: arena)
        raw.pointee.failure = try failure?.raw(in: arena)
        return raw
    }
}
