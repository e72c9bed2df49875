internal import ArgumentParser

/// What clients ask a router for.
enum RequestKind: String, CaseIterable, Codable, ExpressibleByArgument {
    /// A completion of 128 token ids, answered whole with 4 tokens.
    case tokens
    /// A completion of a text of 512 bytes, answered whole with 4 tokens.
    case completion
    /// A chat with one message of 512 bytes, streamed in 16 tokens.
    case chatStream = "chat_stream"

    /// Tokens of each answer.
    var answerTokens: Int { self == .chatStream ? 16 : 4 }
}
