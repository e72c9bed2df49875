import Testing

@testable import Settings

@Suite struct ProfileSettingsTests {
    static let text = """
        name: box
        model_name: llama
        layer_count: 32
        kv_head_count: 8
        head_dim: 128
        kv_type: bf16
        context_tokens: 8192
        vocabulary_count: 128256
        end_tokens: [128001, 128009]
        first_output_token: 0
        output_token_count: 128000
        mean_output_tokens: 200
        prefill_base_seconds: 0.001
        prefill_memory_seconds: 5e-3
        prefill_token_seconds: 2.5e-5
        prefill_attention_seconds: 1e-10
        decode_base_seconds: 0.006
        decode_sequence_seconds: 0.00001
        decode_context_seconds: 0

        """

    @Test("a profile's numbers arrive as they are written")
    func numbers() throws {
        let profile = try parse(ProfileSettings.self, Self.text).value
        #expect(profile.name == "box" && profile.modelName == "llama" && profile.kvType == .bf16)
        #expect(profile.layerCount == 32 && profile.kvHeadCount == 8 && profile.headDim == 128)
        #expect(profile.contextTokens == 8_192 && profile.vocabularyCount == 128_256)
        #expect(profile.endTokens == [128_001, 128_009] && profile.firstOutputToken == 0)
        #expect(profile.outputTokenCount == 128_000 && profile.meanOutputTokens == 200)
        #expect(profile.prefillBaseSeconds == 0.001 && profile.prefillMemorySeconds == 0.005)
        #expect(profile.prefillTokenSeconds == 2.5e-5 && profile.prefillAttentionSeconds == 1e-10)
        #expect(profile.decodeBaseSeconds == 0.006 && profile.decodeSequenceSeconds == 1e-5)
        #expect(profile.decodeContextSeconds == 0)
    }

    @Test("a profile without its numbers is no profile")
    func missing() {
        let text = Self.text.replacing("layer_count: 32\n", with: "").replacing("5e-3", with: "-1")
            .replacing("[128001, 128009]", with: "[-1]")
        #expect(
            problems(ProfileSettings.self, text) == [
                "f.yaml:8: end_tokens[0] is -1; use a token id from 0 to 4294967295",
                "f.yaml:13: prefill_memory_seconds is -1; use a number from 0 to 3600",
                "f.yaml: layer_count is missing; add a whole number from 1 to 1024",
            ]
        )
    }
}
