/// A conversation of strict turns: perhaps a system message, then user and assistant alternately, the user
/// last.
struct ChatTurns {
    var system: String?
    /// At odd places the assistant's.
    var turns: [String] = []

    init(_ messages: [ChatMessage]) throws(ChatTemplateError) {
        for (index, message) in messages.enumerated() {
            if message.role == .system {
                guard index == 0 else { throw .lateSystemMessage(index: index) }
                system = message.content
                continue
            }
            let expected: ChatMessage.Role = turns.count.isMultiple(of: 2) ? .user : .assistant
            guard message.role == expected else {
                throw .brokenAlternation(index: index, expected: expected, found: message.role)
            }
            turns.append(message.content)
        }
        guard !turns.count.isMultiple(of: 2) else { throw .lastNotUser }
    }
}
