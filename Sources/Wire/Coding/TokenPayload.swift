internal import ServingTypes

/// Sampled tokens as the payload of a frame.
///
/// First all token ids, u32 little-endian. If any token has log probabilities, one record per token follows:
/// ```
/// u32  bit 31: the token's own log probability follows; bits 0…7: alternatives; other bits 0
/// f32  the token's own log probability, if bit 31 is set
/// (u32 token, f32 log probability) per alternative, best first
/// ```
enum TokenPayload {
    private static let hasOwn: UInt32 = 1 << 31
    private static let alternatives = IntegerField("tokens.alternatives", 0...WireLimits.topLogprobs)
    // Rounding may lift the logarithm of a probability of 1 a little above 0.
    private static let logprob = RealField<Float>("tokens.logprob", -Float.greatestFiniteMagnitude...1e-3)

    static func hasLogprobs(_ tokens: [SampledToken]) -> Bool {
        tokens.contains { $0.logprob != nil || !$0.top.isEmpty }
    }

    static func encode(_ tokens: [SampledToken]) throws(WireError) -> [UInt8] {
        let hasLogprobs = hasLogprobs(tokens)
        let records = hasLogprobs ? tokens.reduce(0) { $0 + 8 + 8 * $1.top.count } : 0
        var writer = PayloadWriter(byteCount: 4 * tokens.count + records)
        for token in tokens { writer.append(token.id) }
        guard hasLogprobs else { return writer.bytes }
        for token in tokens {
            let count: UInt32 = try alternatives.encode(token.top.count)
            writer.append(token.logprob == nil ? count : count | hasOwn)
            if let own = token.logprob { writer.append(try logprob.check(own)) }
            for entry in token.top {
                writer.append(entry.token)
                writer.append(try logprob.check(entry.value))
            }
        }
        return writer.bytes
    }

    static func decode(
        _ payload: [UInt8],
        count: Int,
        hasLogprobs: Bool,
        of type: MessageType
    ) throws(WireError) -> [SampledToken] {
        var reader = PayloadReader(payload, of: type)
        var tokens = try reader.words(count).map { SampledToken(id: $0) }
        if hasLogprobs {
            for index in tokens.indices { try readRecord(of: &tokens[index], from: &reader) }
        }
        try reader.finish()
        return tokens
    }

    private static func readRecord(
        of token: inout SampledToken,
        from reader: inout PayloadReader
    ) throws(WireError) {
        let word = try reader.word()
        let count = try alternatives.decode(word & ~hasOwn)
        if word & hasOwn != 0 { token.logprob = try logprob.check(try reader.float()) }
        for _ in 0..<count {
            let id = try reader.word()
            token.top.append(SampledToken.Logprob(token: id, value: try logprob.check(try reader.float())))
        }
    }
}
