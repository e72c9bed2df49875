/// How a worker that does both computes long prompts beside running answers.
public enum MixedSteps: String, Hashable, Sendable, CaseIterable {
    /// Prompts are cut by tokens, and every step has the answers' next tokens too (SARATHI, arXiv 2403.02310).
    case chunked
    /// Prompts are computed in large steps, between whose layers the answers get steps of their own (Layered Prefill,
    /// arXiv 2510.08055).
    case layered
}
