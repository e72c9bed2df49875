/// An operator's question for a document.
public struct DocumentRequest: Hashable, Sendable {
    /// Which one.
    public var kind: DocumentKind
    /// What it is to be about, as the kind says; at most ``WireLimits/argumentBytes`` bytes.
    public var argument: String

    /// Asks for all that there is of a kind, or for what the argument names.
    public init(_ kind: DocumentKind, argument: String = "") {
        self.kind = kind
        self.argument = argument
    }
}
