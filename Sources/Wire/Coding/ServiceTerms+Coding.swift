internal import CWireProto
internal import ServingTypes

private enum Field {
    static let priority = ChoiceField<RequestPriority>("terms.priority")
    static let weight = IntegerField("terms.weight", 1...ServiceTerms.maxWeight)
    static let ttftLimit = DurationField("terms.ttft_limit_us")
    static let tpotLimit = DurationField("terms.tpot_limit_us")
    static let expectedOutput = IntegerField("terms.expected_output", 0...WireLimits.tokens)
}

extension ServiceTerms {
    init(_ raw: UnsafeMutablePointer<Baton__ServiceTerms>?) throws(WireError) {
        guard let raw else { throw .missing(field: "assign.terms") }
        self.init()
        priority = try Field.priority.decode(raw.pointee.priority)
        tenant = TenantTag(rawValue: raw.pointee.tenant)
        weight = try Field.weight.decode(raw.pointee.weight)
        if raw.pointee.ttft_limit_us > 0 { ttftLimit = try Field.ttftLimit.decode(raw.pointee.ttft_limit_us) }
        if raw.pointee.tpot_limit_us > 0 { tpotLimit = try Field.tpotLimit.decode(raw.pointee.tpot_limit_us) }
        if raw.pointee.expected_output > 0 {
            expectedOutput = try Field.expectedOutput.decode(raw.pointee.expected_output)
        }
        isBeyondShare = raw.pointee.beyond_share != 0
    }

    /// A limit of nothing is already broken: it travels as the shortest there is.
    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__ServiceTerms> {
        let raw = try arena.make(CWireProto_make_service_terms)
        raw.pointee.priority = try Field.priority.encode(priority)
        raw.pointee.tenant = tenant.rawValue
        raw.pointee.weight = try Field.weight.encode(weight)
        raw.pointee.ttft_limit_us = try Self.encoded(ttftLimit, Field.ttftLimit)
        raw.pointee.tpot_limit_us = try Self.encoded(tpotLimit, Field.tpotLimit)
        raw.pointee.expected_output = try Field.expectedOutput.encode(expectedOutput ?? 0)
        raw.pointee.beyond_share = isBeyondShare ? 1 : 0
        return raw
    }

    private static func encoded(_ limit: Duration?, _ field: DurationField) throws(WireError) -> UInt64 {
        guard let limit else { return 0 }
        return max(1, try field.encode(max(.zero, limit)))
    }
}
