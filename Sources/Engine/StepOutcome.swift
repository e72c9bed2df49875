public import ServingTypes

/// What a step yields for one sequence.
public struct StepOutcome: Hashable, Sendable {
    /// The next token; `nil` when none was asked for.
    public var token: SampledToken?

    /// Wraps a token.
    public init(token: SampledToken?) { self.token = token }
}
