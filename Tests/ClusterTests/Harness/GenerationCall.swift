import Foundation

/// A request for tokens in the form of OpenAI's API.
struct GenerationCall: Encodable, Sendable {
    struct Message: Encodable, Sendable {
        var role: String
        var content: String
    }

    /// Token ids of a completion.
    var prompt: [Int]?
    /// Turns of a chat; exactly one of the two is given.
    var messages: [Message]?
    var maxTokens = 16
    /// 0 is greedy.
    var temperature = 0.0
    var seed = 1
    var choices = 1
    /// Answers end only at `maxTokens`.
    var ignoresEnd = true
    /// Name of the request in logs and traces.
    var name: String?
    /// The caller's place in a trace.
    var traceparent: String?

    private enum Key: String, CodingKey {
        case prompt, messages, temperature, seed, n, stream, logprobs
        case maxTokens = "max_tokens"
        case ignoreEnd = "ignore_eos"
        case topLogprobs = "top_logprobs"
    }

    /// A completion of token ids.
    static func tokens(_ prompt: [Int], maxTokens: Int = 16) -> GenerationCall {
        GenerationCall(prompt: prompt, maxTokens: maxTokens)
    }

    /// A completion of `count` tokens that depend on `seed` only, none of them a special one.
    static func random(_ count: Int, seed: UInt64, maxTokens: Int = 16) -> GenerationCall {
        var random = seed
        let prompt = (0..<count).map { _ in
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return 3 + Int(random >> 33) % 1_200
        }
        return tokens(prompt, maxTokens: maxTokens)
    }

    /// A chat.
    static func chat(_ messages: [Message], maxTokens: Int = 16) -> GenerationCall {
        GenerationCall(messages: messages, maxTokens: maxTokens)
    }

    var path: String { messages == nil ? "/v1/completions" : "/v1/chat/completions" }

    var headers: [String: String] {
        var headers: [String: String] = [:]
        headers["X-Request-Id"] = name
        headers["traceparent"] = traceparent
        return headers
    }

    func body(isStream: Bool) throws -> Data {
        let encoder = JSONEncoder()
        encoder.userInfo[Self.streamKey] = isStream
        return try encoder.encode(self)
    }

    private static let streamKey: CodingUserInfoKey = {
        guard let key = CodingUserInfoKey(rawValue: "stream") else { preconditionFailure("no key") }
        return key
    }()

    /// Log probabilities are always asked for: equal text is not yet equal tokens.
    func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Key.self)
        try object.encodeIfPresent(prompt, forKey: .prompt)
        try object.encodeIfPresent(messages, forKey: .messages)
        try object.encode(maxTokens, forKey: .maxTokens)
        try object.encode(temperature, forKey: .temperature)
        try object.encode(seed, forKey: .seed)
        try object.encode(choices, forKey: .n)
        try object.encode(ignoresEnd, forKey: .ignoreEnd)
        try object.encode(encoder.userInfo[Self.streamKey] as? Bool ?? false, forKey: .stream)
        if messages == nil {
            try object.encode(2, forKey: .logprobs)
        } else {
            try object.encode(true, forKey: .logprobs)
            try object.encode(2, forKey: .topLogprobs)
        }
    }
}
