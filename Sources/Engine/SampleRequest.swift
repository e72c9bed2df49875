public import ServingTypes

/// How to sample one token: with the request, all that the draw depends on beside the logits.
public struct SampleRequest: Sendable {
    /// The choice's parameters, seed included.
    public var parameters: SamplingParameters
    /// Output tokens so far: penalties count them, and their number is the generator's counter.
    public var output: ArraySlice<TokenID>

    /// Joins the parts.
    public init(parameters: SamplingParameters, output: ArraySlice<TokenID>) {
        self.parameters = parameters
        self.output = output
    }
}
