import ServingTypes

/// How a request ended.
public enum RequestOutcome: Hashable, Sendable, CustomStringConvertible {
    /// Every token was emitted.
    case finished(FinishReason)
    /// It failed for good.
    case failed(ServingError)
    /// The shell gave it up.
    case cancelled(CancelReason)

    /// `finished(length)`, `failed(<code>: <message>)` or `cancelled(client_gone)`.
    public var description: String {
        switch self {
        case .finished(.stop): "finished(stop)"
        case .finished(.length): "finished(length)"
        case .failed(let error): "failed(\(error))"
        case .cancelled(.clientGone): "cancelled(client_gone)"
        case .cancelled(.stopString): "cancelled(stop_string)"
        case .cancelled(.deadline): "cancelled(deadline)"
        case .cancelled(.shutdown): "cancelled(shutdown)"
        }
    }
}
