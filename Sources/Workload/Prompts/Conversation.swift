/// A chat under way: its history grows by each question and by the answer that came to it.
public struct Conversation: Hashable, Sendable {
    /// One message of the history.
    public struct Message: Hashable, Sendable {
        /// Who speaks; the raw value is the word of the chat interfaces.
        public enum Role: String, Hashable, Sendable {
            /// Instructions that hold for the whole chat.
            case system
            /// The user.
            case user
            /// The model.
            case assistant
        }

        /// Who speaks.
        public var role: Role
        /// What is said.
        public var text: String
    }

    /// What the chat will be.
    public let plan: ConversationPlan
    /// What was said so far.
    public private(set) var history: [Message]
    private var turnIndex = 0

    /// A chat that has not begun.
    public init(_ plan: ConversationPlan) {
        self.plan = plan
        history = plan.system.map { [Message(role: .system, text: $0)] } ?? []
    }

    /// The turn to be asked next; `nil` when the chat is over.
    public var nextTurn: ConversationPlan.Turn? {
        turnIndex < plan.turns.count ? plan.turns[turnIndex] : nil
    }

    /// Asks the next turn: returns the whole history up to it, or `nil` when the chat is over.
    ///
    /// Each question must be answered, by ``answer(_:)``, before the next is asked.
    public mutating func ask() -> [Message]? {
        guard let turn = nextTurn else { return nil }
        precondition(history.last?.role != .user, "the last question has no answer yet")
        history.append(Message(role: .user, text: turn.text))
        turnIndex += 1
        return history
    }

    /// Puts the model's answer to the last question into the history.
    public mutating func answer(_ text: String) {
        precondition(history.last?.role == .user, "nothing was asked")
        history.append(Message(role: .assistant, text: text))
    }

    /// Ends a chat whose request failed: what is left of it is not asked.
    public mutating func abandon() { turnIndex = plan.turns.count }
}
