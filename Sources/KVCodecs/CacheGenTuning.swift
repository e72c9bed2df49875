internal import ServingTypes

/// How coarse `cachegen` quantizes: the step of a row as a fraction of the mean magnitude of its elements.
///
/// An error in an early layer passes through all later ones, so the first third of the layers has finer steps
/// than the second, and that than the last. Payloads carry the steps that came out: only the encoder needs
/// this.
struct CacheGenTuning {
    /// Fractions for keys by third of the layers.
    var keys: [Float]
    /// Fractions for values by third of the layers.
    var values: [Float]
    /// Tokens that share an anchor, a power of two.
    var groupTokens: Int

    /// What `docs/KV_CODECS.md` has measurements of.
    static let standard = CacheGenTuning(keys: [0.25, 0.35, 0.5], values: [0.35, 0.5, 0.7], groupTokens: 16)

    /// The fraction for one layer's keys or values.
    func fraction(layer: Int, of layout: KVLayout, isKey: Bool) -> Float {
        let third = 3 * layer / layout.layerCount
        return isKey ? keys[third] : values[third]
    }
}
