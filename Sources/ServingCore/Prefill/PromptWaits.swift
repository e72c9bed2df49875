import ServingTypes

/// How long a prompt that comes now is predicted to wait before its first step.
public struct PromptWaits: Hashable, Sendable {
    /// A short one.
    public var short = Duration.zero
    /// A long one.
    public var long = Duration.zero

    /// No wait.
    init(short: Duration = .zero, long: Duration = .zero) {
        self.short = short
        self.long = long
    }
}
