/// One message of a conversation.
public struct ChatMessage: Equatable, Sendable {
    /// Who speaks.
    public enum Role: String, CaseIterable, Equatable, Sendable {
        /// The operator of the service.
        case system
        /// The person.
        case user
        /// The model.
        case assistant
    }

    /// Who speaks.
    public var role: Role
    /// What is said.
    public var content: String

    /// Joins role and content.
    public init(role: Role, content: String) {
        self.role = role
        self.content = content
    }

    /// Reads a role as clients name it; "developer" is the newer name of "system".
    ///
    /// - Throws: ``ChatTemplateError/unknownRole(_:)``; "tool" and "function" are not served.
    public init(role name: String, content: String) throws(ChatTemplateError) {
        guard let role = name == "developer" ? .system : Role(rawValue: name) else {
            throw .unknownRole(name)
        }
        self.init(role: role, content: content)
    }
}
