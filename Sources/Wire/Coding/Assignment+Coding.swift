internal import CWireProto
internal import ServingTypes

private enum Field {
    static let tokenCount = IntegerField("assign.token_count", 1...WireLimits.tokens)
    static let lease = DurationField("assign.lease_us", least: 1_000)
    static let codec = ChoiceField<KVCodec>("assign.codec")
    static let preemptions = IntegerField("assign.preemptions", 0...Int(UInt32.max))

    static func promptTokens(of tokenCount: Int) -> IntegerField {
        IntegerField("assign.prompt_tokens", 1...max(tokenCount, 1))
    }
}

extension Assignment {
    init(_ raw: UnsafeMutablePointer<Baton__Assign>, payload: [UInt8]) throws(WireError) {
        let tokenCount = try Field.tokenCount.decode(raw.pointee.token_count)
        var reader = PayloadReader(payload, of: .assign)
        let tokens = try reader.words(tokenCount)
        try reader.finish()
        self.init(
            attempt: try AttemptID(raw.pointee.attempt),
            part: try Part(raw),
            tokens: tokens,
            promptTokens: try Field.promptTokens(of: tokenCount).decode(raw.pointee.prompt_tokens),
            sampling: try SamplingParameters(raw.pointee.sampling),
            hashKey: BlockHashKey(rawValue: try Bytes128(raw.pointee.hash_key, "assign.hash_key")),
            grant: Grant(rawValue: try Bytes128(raw.pointee.grant, "assign.grant")),
            lease: try Field.lease.decode(raw.pointee.lease_us)
        )
        codec = try Field.codec.decode(raw.pointee.codec)
        acceptsLossy = raw.pointee.accepts_lossy != 0
        if let part = raw.pointee.budget { budget = try KVBudget(part) }
        if let plan = raw.pointee.fetch { fetch = try KVFetchPlan(plan) }
        terms = try ServiceTerms(raw.pointee.terms)
        preemptions = try Field.preemptions.decode(raw.pointee.preemptions)
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Assign> {
        let raw = try arena.make(CWireProto_make_assign)
        raw.pointee.attempt = try attempt.raw(in: arena)
        switch part {
        case .prefill(let receiver):
            raw.pointee.prefill_for = try receiver.raw(in: arena)
            raw.pointee.part_case = BATON__ASSIGN__PART_PREFILL_FOR
        case .decode(let sender):
            raw.pointee.decode_from = try sender.raw(in: arena)
            raw.pointee.part_case = BATON__ASSIGN__PART_DECODE_FROM
        case .whole:
            raw.pointee.whole = 1
            raw.pointee.part_case = BATON__ASSIGN__PART_WHOLE
        }
        raw.pointee.token_count = try Field.tokenCount.encode(tokens.count)
        raw.pointee.prompt_tokens = try Field.promptTokens(of: tokens.count).encode(promptTokens)
        raw.pointee.sampling = try sampling.raw(in: arena)
        raw.pointee.hash_key = try hashKey.rawValue.raw(in: arena)
        raw.pointee.grant = try grant.rawValue.raw(in: arena)
        raw.pointee.lease_us = try Field.lease.encode(lease)
        raw.pointee.codec = try Field.codec.encode(codec)
        raw.pointee.accepts_lossy = acceptsLossy ? 1 : 0
        raw.pointee.budget = try budget?.raw(in: arena)
        raw.pointee.fetch = try fetch?.raw(in: arena)
        raw.pointee.terms = try terms.raw(in: arena)
        raw.pointee.preemptions = try Field.preemptions.encode(preemptions)
        return raw
    }
}

extension Assignment.Part {
    fileprivate init(_ raw: UnsafeMutablePointer<Baton__Assign>) throws(WireError) {
        switch raw.pointee.part_case {
        case BATON__ASSIGN__PART_PREFILL_FOR:
            self = .prefill(handOffTo: try WorkerAddress(raw.pointee.prefill_for))
        case BATON__ASSIGN__PART_DECODE_FROM:
            self = .decode(from: try WorkerRef(raw.pointee.decode_from))
        case BATON__ASSIGN__PART_WHOLE where raw.pointee.whole != 0:
            self = .whole
        default:
            throw .missing(field: "assign.part")
        }
    }
}
