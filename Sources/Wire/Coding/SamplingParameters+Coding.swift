internal import CWireProto
internal import ServingTypes

private enum Field {
    static let temperature = RealField<Float>("sampling.temperature", 0...100)
    static let topP = RealField<Float>("sampling.top_p", 0...1)
    static let topK = IntegerField("sampling.top_k", 0...Int(Int32.max))
    static let minP = RealField<Float>("sampling.min_p", 0...1)
    static let presencePenalty = RealField<Float>("sampling.presence_penalty", -2...2)
    static let frequencyPenalty = RealField<Float>("sampling.frequency_penalty", -2...2)
    static let bias = RealField<Float>("sampling.bias_values", -100...100)
    static let choiceIndex = IntegerField("sampling.choice_index", 0...65_535)
    static let topLogprobs = IntegerField("sampling.top_logprobs", 0...WireLimits.topLogprobs)
    static let maxTokens = IntegerField("sampling.max_tokens", 1...WireLimits.tokens)
}

extension SamplingParameters {
    init(_ raw: UnsafeMutablePointer<Baton__Sampling>?) throws(WireError) {
        guard let raw else { throw .missing(field: "sampling") }
        self.init()
        temperature = try Field.temperature.check(raw.pointee.temperature)
        topP = try Field.topP.check(raw.pointee.top_p)
        topK = try Field.topK.decode(raw.pointee.top_k)
        minP = try Field.minP.check(raw.pointee.min_p)
        presencePenalty = try Field.presencePenalty.check(raw.pointee.presence_penalty)
        frequencyPenalty = try Field.frequencyPenalty.check(raw.pointee.frequency_penalty)
        seed = raw.pointee.seed
        choiceIndex = UInt32(try Field.choiceIndex.decode(raw.pointee.choice_index))
        maxTokens = try Field.maxTokens.decode(raw.pointee.max_tokens)
        topLogprobs = try Self.topLogprobs(raw)
        logitBias = try Self.logitBias(raw)
        endTokens = Array(UnsafeBufferPointer(start: raw.pointee.end_tokens, count: raw.pointee.n_end_tokens))
        try checkLists()
    }

    func raw(in arena: borrowing Arena) throws(WireError) -> UnsafeMutablePointer<Baton__Sampling> {
        try checkLists()
        let raw = try arena.make(CWireProto_make_sampling)
        raw.pointee.temperature = try Field.temperature.check(temperature)
        raw.pointee.top_p = try Field.topP.check(topP)
        raw.pointee.top_k = try Field.topK.encode(topK)
        raw.pointee.min_p = try Field.minP.check(minP)
        raw.pointee.presence_penalty = try Field.presencePenalty.check(presencePenalty)
        raw.pointee.frequency_penalty = try Field.frequencyPenalty.check(frequencyPenalty)
        raw.pointee.seed = seed
        raw.pointee.choice_index = try Field.choiceIndex.encode(Int(choiceIndex))
        raw.pointee.max_tokens = try Field.maxTokens.encode(maxTokens)
        raw.pointee.reports_logprobs = topLogprobs == nil ? 0 : 1
        raw.pointee.top_logprobs = try Field.topLogprobs.encode(topLogprobs ?? 0)
        try setLogitBias(of: raw, in: arena)
        let ends: UnsafeMutableBufferPointer<UInt32> = try arena.array(endTokens.count)
        _ = ends.initialize(fromContentsOf: endTokens)
        raw.pointee.n_end_tokens = endTokens.count
        raw.pointee.end_tokens = ends.baseAddress
        return raw
    }

    private func checkLists() throws(WireError) {
        guard logitBias.count <= WireLimits.logitBiases else {
            throw .tooLong(
                field: "sampling.bias_tokens",
                count: logitBias.count,
                limit: WireLimits.logitBiases
            )
        }
        guard endTokens.count <= WireLimits.endTokens else {
            throw .tooLong(field: "sampling.end_tokens", count: endTokens.count, limit: WireLimits.endTokens)
        }
        for (entry, next) in zip(logitBias, logitBias.dropFirst()) where entry.token >= next.token {
            throw .inconsistent(
                field: "sampling.bias_tokens",
                reason: "\(next.token) follows \(entry.token), but tokens must ascend"
            )
        }
    }

    private static func topLogprobs(_ raw: UnsafeMutablePointer<Baton__Sampling>) throws(WireError) -> Int? {
        let count = try Field.topLogprobs.decode(raw.pointee.top_logprobs)
        if raw.pointee.reports_logprobs != 0 { return count }
        guard count == 0 else {
            throw .inconsistent(
                field: "sampling.top_logprobs",
                reason: "it is \(count) without reports_logprobs"
            )
        }
        return nil
    }

    private static func logitBias(_ raw: UnsafeMutablePointer<Baton__Sampling>) throws(WireError)
        -> [LogitBias]
    {
        let tokens = UnsafeBufferPointer(start: raw.pointee.bias_tokens, count: raw.pointee.n_bias_tokens)
        let values = UnsafeBufferPointer(start: raw.pointee.bias_values, count: raw.pointee.n_bias_values)
        guard tokens.count == values.count else {
            throw .inconsistent(
                field: "sampling.bias_values",
                reason: "\(values.count) values for \(tokens.count) tokens"
            )
        }
        var biases: [LogitBias] = []
        biases.reserveCapacity(tokens.count)
        for (token, value) in zip(tokens, values) {
            biases.append(LogitBias(token: token, bias: try Field.bias.check(value)))
        }
        return biases
    }

    private func setLogitBias(
        of raw: UnsafeMutablePointer<Baton__Sampling>,
        in arena: borrowing Arena
    ) throws(WireError) {
        let tokens: UnsafeMutableBufferPointer<UInt32> = try arena.array(logitBias.count)
        let values: UnsafeMutableBufferPointer<Float> = try arena.array(logitBias.count)
        for (index, entry) in logitBias.enumerated() {
            tokens.initializeElement(at: index, to: entry.token)
            values.initializeElement(at: index, to: try Field.bias.check(entry.bias))
        }
        raw.pointee.n_bias_tokens = logitBias.count
        raw.pointee.bias_tokens = tokens.baseAddress
        raw.pointee.n_bias_values = logitBias.count
        raw.pointee.bias_values = values.baseAddress
    }
}
