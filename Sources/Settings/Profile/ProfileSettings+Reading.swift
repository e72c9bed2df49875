internal import ServingTypes

extension ProfileSettings {
    /// Reads a hardware profile.
    ///
    /// - Throws: ``SettingsError`` with every problem.
    public static func load(path: String) throws(SettingsError) -> LoadedSettings<ProfileSettings> {
        try .load(path: path, overrides: [])
    }
}

extension ProfileSettings: ReadableSettings {
    init(reading reader: inout SettingsReader) {
        self.init()
        let name = SettingKind<String>.text("a name", limit: 128)
        reader.require("name", &self.name, name)
        reader.require("model_name", &modelName, name)
        reader.require("layer_count", &layerCount, .integer(1...1_024))
        reader.require("kv_head_count", &kvHeadCount, .integer(1...1_024))
        reader.require("head_dim", &headDim, .integer(1...4_096))
        reader.require("kv_type", &kvType, .choice)
        reader.require("context_tokens", &contextTokens, .integer(1...1 << 24))
        reader.require("vocabulary_count", &vocabularyCount, .integer(1...1 << 24))
        reader.readList("end_tokens", &endTokens, .token, 0...64)
        reader.require("first_output_token", &firstOutputToken, .token)
        reader.require("output_token_count", &outputTokenCount, .integer(1...1 << 24))
        reader.readOptional("mean_output_tokens", &meanOutputTokens, .integer(1...1 << 24))
        readTimes(from: &reader)
    }

    private mutating func readTimes(from reader: inout SettingsReader) {
        let seconds = SettingKind<Double>.number(0...3_600)
        reader.require("prefill_base_seconds", &prefillBaseSeconds, seconds)
        reader.require("prefill_memory_seconds", &prefillMemorySeconds, seconds)
        reader.require("prefill_token_seconds", &prefillTokenSeconds, seconds)
        reader.require("prefill_attention_seconds", &prefillAttentionSeconds, seconds)
        reader.require("decode_base_seconds", &decodeBaseSeconds, seconds)
        reader.require("decode_sequence_seconds", &decodeSequenceSeconds, seconds)
        reader.require("decode_context_seconds", &decodeContextSeconds, seconds)
    }
}
