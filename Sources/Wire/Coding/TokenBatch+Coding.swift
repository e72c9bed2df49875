internal import CWireProto
internal import ServingTypes

private enum Field {
    static let firstIndex = IntegerField("tokens.first_index", 0...WireLimits.tokens)
    static let tokenCount = IntegerField("tokens.token_count", 1...WireLimits.batchTokens)
    static let finish = ChoiceField<FinishReason>("tokens.finish")
}

extension TokenBatch {
    init(_ raw: UnsafeMutablePointer<Baton__Tokens>, payload: [UInt8]) throws(WireError) {
        let isLast = raw.pointee.finish != BATON__FINISH_REASON__FINISH_REASON_NONE
        self.init(
            attempt: try AttemptID(raw.pointee.attempt),
            firstIndex: try Field.firstIndex.decode(raw.pointee.first_index),
            tokens: try TokenPayload.decode(
                payload,
                count: try Field.tokenCount.decode(raw.pointee.token_count),
                hasLogprobs: raw.pointee.has_logprobs != 0,
                of: .tokens
            ),
            finish: isLast ? try Field.finish.decode(raw.pointee.finish) : nil
        )
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Tokens> {
        let raw = try arena.make(CWireProto_make_tokens)
        raw.pointee.attempt = try attempt.raw(in: arena)
        raw.pointee.first_index = try Field.firstIndex.encode(firstIndex)
        raw.pointee.token_count = try Field.tokenCount.encode(tokens.count)
        raw.pointee.has_logprobs = TokenPayload.hasLogprobs(tokens) ? 1 : 0
        if let finish { raw.pointee.finish = try Field.finish.encode(finish) }
        return raw
    }
}
