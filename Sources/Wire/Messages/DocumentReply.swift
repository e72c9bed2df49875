public import ServingTypes

/// A router's answer to a ``DocumentRequest``.
public enum DocumentReply: Hashable, Sendable {
    /// A JSON object, 1 to ``FrameHeader/payloadLimit`` bytes.
    case document(String)
    /// There is none, and why.
    case failure(ServingError)
}
