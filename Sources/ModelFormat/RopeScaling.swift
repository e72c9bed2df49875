/// How rotary position frequencies are stretched for long contexts.
public enum RopeScaling: Equatable, Sendable {
    /// Frequencies are `base^(-2i/headDim)`.
    case none
    /// Each frequency is divided by its factor in tensor `rope_freqs.weight`, F32 `[headDim / 2]`.
    ///
    /// Llama 3.1 and later.
    case frequencyFactors
}
