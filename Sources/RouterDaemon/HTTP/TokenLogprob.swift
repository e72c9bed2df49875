internal import ServingTypes

/// One shown token with its log probability, as answers list them.
struct TokenLogprob: Equatable, Sendable {
    /// The token as it was sampled.
    var token: SampledToken
    /// Where its text starts in the answer, in Unicode scalars.
    var textOffset: Int
    /// How many UTF-8 bytes of the answer must have been sent before it can be.
    var endByte: Int
}
