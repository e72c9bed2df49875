internal import ServingTypes

/// One choice that a client waits for.
struct ActiveChoice: Sendable {
    let source: GenerationSource
    let tenant: String
    let clientRequestID: String
    let promptTokens: Int
    let submittedAt: Timestamp
    /// When the last tokens were passed on.
    var emittedAt: Timestamp?
}
