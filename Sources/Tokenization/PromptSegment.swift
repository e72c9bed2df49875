/// A part of a prompt, by who wrote it.
public enum PromptSegment: Equatable, Sendable {
    /// Written by the template: control tokens in it are recognized.
    case control(String)
    /// Written by a user: what looks like a control token is plain text.
    case text(String)

    /// The characters.
    public var content: String {
        switch self {
        case .control(let content), .text(let content): content
        }
    }
}
