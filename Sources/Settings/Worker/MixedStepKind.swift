/// How a worker that does both computes long prompts beside running answers.
public enum MixedStepKind: String, Hashable, Sendable, CaseIterable {
    /// Prompts are cut by tokens, and each step has the answers' next tokens too.
    case chunked
    /// Prompts are computed in large steps, with the answers' steps between their layers.
    case layered
}
