/// A chat template that is not known, or a conversation that does not fit it.
public enum ChatTemplateError: Error, Equatable, Sendable {
    /// The model's file has no chat template.
    case missing
    /// The template is none of the known forms; its first characters.
    case unknownTemplate(start: String)
    /// A role other than system, user and assistant.
    case unknownRole(String)
    /// A conversation without messages.
    case noMessages
    /// A system message that is not the first, for a form that has room for one at the start only.
    case lateSystemMessage(index: Int)
    /// Two messages of one side in a row, or the wrong side first, for a form that demands turns.
    case brokenAlternation(index: Int, expected: ChatMessage.Role, found: ChatMessage.Role)
    /// A conversation that does not end with the user, for a form whose answers follow a user's message.
    case lastNotUser
}

extension ChatTemplateError: CustomStringConvertible {
    /// A sentence with numbers and what to do.
    public var description: String {
        switch self {
        case .missing:
            "the model has no chat template: use /v1/completions, or a model made for chat"
        case .unknownTemplate(let start):
            "the model's chat template, which starts '\(start)', is of no known form "
                + "(\(ChatTemplate.Form.names)): use /v1/completions, or a model with one of these"
        case .unknownRole(let role):
            "role '\(role)' is not served: use system, user or assistant"
        case .noMessages: "the conversation has no messages: send at least one"
        case .lateSystemMessage(let index):
            "message \(index) is a system message; this model takes one at the start only: move it there"
        case .brokenAlternation(let index, let expected, let found):
            "message \(index) comes from \(found.rawValue), but this model expects \(expected.rawValue) "
                + "there: user and assistant must take turns, the user first"
        case .lastNotUser: "the last message must come from the user, so that the model can answer it"
        }
    }
}
