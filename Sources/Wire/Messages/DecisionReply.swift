public import ServingTypes

/// A router's answer to an operator who asks what became of a request.
public enum DecisionReply: Hashable, Sendable {
    /// What is known of it: a JSON object, at most ``FrameHeader/payloadLimit`` bytes. Its keys are those of
    /// ``ServingTypes/DecisionDocument``.
    case known(String)
    /// Nothing, and why.
    case unknown(ServingError)
}
