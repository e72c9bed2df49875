internal import ServingTypes

/// What both completion endpoints read the same way: the model, sampling, stops and streaming.
struct CommonFields: Equatable, Sendable {
    /// The model's name as the client wrote it; repeated in the answer.
    var model: String
    /// Complete but for `choiceIndex` and `maxTokens`.
    var sampling: SamplingParameters
    /// The client's limit on output tokens.
    var maxTokens: Int?
    /// Fewest output tokens that the client takes; nothing can end the answer before.
    var minTokens: Int
    /// Texts that end the answer and are not part of it.
    var stops: [String]
    /// Choices per prompt.
    var choiceCount: Int
    /// Whether the answer is sent as it is produced.
    var isStream: Bool
    /// Whether a stream ends with a chunk that counts tokens.
    var includesUsage: Bool
    /// Whether every chunk of a stream counts tokens.
    var includesRunningUsage: Bool

    init(_ fields: FieldReader, for served: ServedModel) throws(APIError) {
        model = try Self.model(fields, served)
        sampling = try Self.sampling(fields, served)
        maxTokens = try Self.maxTokens(fields)
        stops = try Self.stops(fields)
        minTokens = try Self.minTokens(fields, canEndEarly: !(stops.isEmpty && sampling.endTokens.isEmpty))
        choiceCount = try fields.integer("n", in: 1...RequestLimits.choices) ?? 1
        isStream = try fields.bool("stream") ?? false
        let options = try fields.object("stream_options")
        if options != nil, !isStream {
            throw .badField("stream_options", "stream_options needs stream to be true")
        }
        includesUsage = try options?.bool("include_usage") ?? false
        includesRunningUsage = try options?.bool("continuous_usage_stats") ?? false
    }

    /// The name in `model`, checked; the served name when the client leaves it out.
    static func model(_ fields: FieldReader, _ served: ServedModel) throws(APIError) -> String {
        guard let name = try fields.string("model") else { return served.name }
        guard served.answers(to: name) else { throw .unknownModel(name, served: served.name) }
        return name
    }

    private static func sampling(
        _ fields: FieldReader,
        _ served: ServedModel
    ) throws(APIError) -> SamplingParameters {
        var sampling = SamplingParameters()
        sampling.temperature = Float(try fields.number("temperature", in: 0...2) ?? 1)
        sampling.topP = Float(try fields.number("top_p", in: 0...1) ?? 1)
        sampling.topK = max(0, try fields.integer("top_k", in: -1...Int(Int32.max)) ?? 0)
        sampling.minP = Float(try fields.number("min_p", in: 0...1) ?? 0)
        sampling.presencePenalty = Float(try fields.number("presence_penalty", in: -2...2) ?? 0)
        sampling.frequencyPenalty = Float(try fields.number("frequency_penalty", in: -2...2) ?? 0)
        sampling.logitBias = try logitBias(fields, served)
        if let seed = try fields.integer("seed", in: .min ... .max) {
            sampling.seed = UInt64(bitPattern: Int64(seed))
        } else {
            sampling.seed = .random(in: .min ... .max)
        }
        if try fields.bool("ignore_eos") != true { sampling.endTokens = served.endTokens }
        sampling.endTokens += try stopTokens(fields, served)
        return sampling
    }

    /// `max_completion_tokens` is the newer name and wins.
    private static func maxTokens(_ fields: FieldReader) throws(APIError) -> Int? {
        let older = try fields.integer("max_tokens", in: 1 ... .max)
        return try fields.integer("max_completion_tokens", in: 1 ... .max) ?? older
    }

    /// Load generators send `min_tokens` beside `ignore_eos`, where it asks for nothing more.
    private static func minTokens(_ fields: FieldReader, canEndEarly: Bool) throws(APIError) -> Int {
        let least = try fields.integer("min_tokens", in: 0 ... .max) ?? 0
        guard least == 0 || !canEndEarly else {
            throw .unsupported(
                "min_tokens",
                "min_tokens is not supported where a token or text can end the answer: "
                    + "send ignore_eos and no stop"
            )
        }
        return least
    }
}

// MARK: - Stops and biases

extension CommonFields {
    private static func stops(_ fields: FieldReader) throws(APIError) -> [String] {
        let expectation = "a string or at most \(RequestLimits.stopStrings) strings"
        let values: [JSONValue]
        switch fields["stop"] {
        case nil: return []
        case .array(let several)? where several.count <= RequestLimits.stopStrings: values = several
        case .string(let one)?: values = [.string(one)]
        case .some(let other): throw fields.mismatch("stop", expectation, other)
        }
        var stops: [String] = []
        for value in values {
            guard case .string(let stop) = value else { throw fields.mismatch("stop", expectation, value) }
            guard !stop.isEmpty, stop.utf8.count <= RequestLimits.stopStringBytes else {
                let limit = RequestLimits.stopStringBytes
                throw .badField("stop", "a stop string must have 1 to \(limit) bytes, got \(stop.utf8.count)")
            }
            stops.append(stop)
        }
        return stops
    }

    private static func stopTokens(
        _ fields: FieldReader,
        _ served: ServedModel
    ) throws(APIError) -> [TokenID] {
        guard let values = try fields.array("stop_token_ids", of: "token ids") else { return [] }
        guard values.count <= RequestLimits.stopTokens else {
            let limit = RequestLimits.stopTokens
            throw .badField(
                "stop_token_ids",
                "stop_token_ids holds \(values.count) tokens, at most \(limit) may be"
            )
        }
        return try served.tokens(values, field: "stop_token_ids")
    }

    private static func logitBias(
        _ fields: FieldReader,
        _ served: ServedModel
    ) throws(APIError) -> [LogitBias] {
        guard let members = try fields.members("logit_bias") else { return [] }
        guard members.count <= RequestLimits.biasedTokens else {
            let limit = RequestLimits.biasedTokens
            throw .badField("logit_bias", "logit_bias names \(members.count) tokens, at most \(limit) may be")
        }
        var biases: [LogitBias] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let token = TokenID(name), Int(token) < served.vocabularyTokens else {
                throw .badField(
                    "logit_bias",
                    "logit_bias has the key \"\(name.prefix(60))\", which is no token id"
                )
            }
            guard let bias = value.asNumber, (-100...100).contains(bias) else {
                throw .badField(
                    "logit_bias",
                    "logit_bias.\(name) must be a number from -100 to 100, got \(value.excerpt)"
                )
            }
            biases.append(LogitBias(token: token, bias: Float(bias)))
        }
        biases.sort { $0.token < $1.token }
        for (left, right) in zip(biases, biases.dropFirst()) where left.token == right.token {
            throw .badField("logit_bias", "logit_bias names token \(left.token) twice")
        }
        return biases
    }
}
