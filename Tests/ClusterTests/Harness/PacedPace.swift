/// A profile of the paced engine with a small KV cache, as slow or fast as a test needs it.
struct PacedPace {
    /// Seconds of prefill per token.
    var prefillToken = 0.000_02
    /// Seconds of a decode step, whatever its size.
    var decodeStep = 0.002

    static let layerCount = 4
    static let kvHeadCount = 2
    static let headDim = 16

    /// The profile's file.
    var yaml: String {
        SettingsText.yaml([
            "name": "test", "model_name": "Baton Tiny", "layer_count": "\(Self.layerCount)",
            "kv_head_count": "\(Self.kvHeadCount)", "head_dim": "\(Self.headDim)", "kv_type": "f16",
            "context_tokens": "4096", "vocabulary_count": "1280", "end_tokens": "[2]",
            "first_output_token": "300", "output_token_count": "900", "prefill_base_seconds": "0.001",
            "prefill_memory_seconds": "0", "prefill_token_seconds": Self.plain(prefillToken),
            "prefill_attention_seconds": "0", "decode_base_seconds": Self.plain(decodeStep),
            "decode_sequence_seconds": "0", "decode_context_seconds": "0",
        ])
    }

    /// Seconds in decimals: YAML readers disagree about exponents.
    private static func plain(_ seconds: Double) -> String {
        let millionths = Int((seconds * 1e6).rounded())
        let digits = String(millionths % 1_000_000)
        return "\(millionths / 1_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
