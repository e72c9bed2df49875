/// Whether a prompt's computation is bound by memory or by arithmetic.
public enum PromptClass: String, Hashable, Sendable, CaseIterable {
    /// Fewer tokens to compute than make a step compute-bound: several cost as much as one.
    case short
    /// Long enough to keep the processor busy alone.
    case long
}
