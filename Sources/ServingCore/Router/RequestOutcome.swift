import ServingTypes

/// How a request ended.
public enum RequestOutcome: Hashable, Sendable {
    /// Every token was emitted.
    case finished(FinishReason)
    /// It failed for good.
    case failed(ServingError)
    /// The shell gave it up.
    case cancelled(CancelReason)
}
