/// The two endpoints that answer with tokens, and the names in their answers.
enum Endpoint: Equatable, Sendable {
    case chat
    case completion

    /// Start of the answer's identifier.
    var idPrefix: String {
        switch self {
        case .chat: "chatcmpl-"
        case .completion: "cmpl-"
        }
    }

    /// `object` of a whole answer.
    var wholeObject: String {
        switch self {
        case .chat: "chat.completion"
        case .completion: "text_completion"
        }
    }

    /// `object` of a chunk.
    var chunkObject: String {
        switch self {
        case .chat: "chat.completion.chunk"
        case .completion: "text_completion"
        }
    }
}
