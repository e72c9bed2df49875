/// A profile of the paced engine, shaped for one measurement.
struct BenchProfile {
    var layerCount: Int
    var kvHeadCount: Int
    var headDim: Int
    /// Seconds of prefill per token.
    var prefillTokenSeconds: Double
    /// Seconds that every prefill step takes besides.
    var prefillBaseSeconds = 0.0
    /// Seconds of a decode step.
    var decodeBaseSeconds = 0.0
    var vocabulary = Vocabulary()

    /// What answers are made of.
    struct Vocabulary {
        var count = BenchProfile.vocabularyCount
        var endTokens = [2]
        var firstOutputToken = 300
        var outputCount = 31_000
    }

    static let blockTokens = 16
    static let vocabularyCount = 32_000
    private static let elementBytes = 2

    /// KV of Llama 3.1 8B, 128 KiB per token, in no time at all.
    static let bulk = BenchProfile(layerCount: 32, kvHeadCount: 8, headDim: 128, prefillTokenSeconds: 0)

    /// Bytes of one token over all layers.
    var tokenBytes: Int { 2 * layerCount * kvHeadCount * headDim * Self.elementBytes }

    /// Bytes of one block over all layers.
    var blockBytes: Int { tokenBytes * Self.blockTokens }

    /// Blocks of a prompt, the last one possibly partial.
    static func blockCount(tokens: Int) -> Int { (tokens + blockTokens - 1) / blockTokens }

    /// The profile's file.
    var yaml: String {
        """
        name: bench
        model_name: bench
        layer_count: \(layerCount)
        kv_head_count: \(kvHeadCount)
        head_dim: \(headDim)
        kv_type: f16
        context_tokens: 131072
        vocabulary_count: \(vocabulary.count)
        end_tokens: \(vocabulary.endTokens)
        first_output_token: \(vocabulary.firstOutputToken)
        output_token_count: \(vocabulary.outputCount)
        prefill_base_seconds: \(Self.decimal(prefillBaseSeconds))
        prefill_memory_seconds: 0
        prefill_token_seconds: \(Self.decimal(prefillTokenSeconds))
        prefill_attention_seconds: 0
        decode_base_seconds: \(Self.decimal(decodeBaseSeconds))
        decode_sequence_seconds: 0
        decode_context_seconds: 0

        """
    }

    /// Seconds to the nanosecond without an exponent: YAML readers disagree about those.
    static func decimal(_ seconds: Double) -> String {
        let (whole, rest) = Int((seconds * 1e9).rounded()).quotientAndRemainder(dividingBy: 1_000_000_000)
        let digits = String(rest)
        return "\(whole)." + String(repeating: "0", count: 9 - digits.count) + digits
    }
}
