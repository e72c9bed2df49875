/// Reads `<architecture>.*` keys of a model and refuses what is absurd or not served.
struct ModelKeys {
    let file: GGUFFile
    private var metadata: GGUFMetadata { file.metadata }

    /// Architectures whose forward pass exists.
    static let architectures = ["llama"]

    init(file: GGUFFile) { self.file = file }

    func architecture() throws(GGUFError) -> String {
        let found = try required("general.architecture", try metadata.string("general.architecture"))
        guard Self.architectures.contains(found) else {
            let known = Self.architectures.joined(separator: ", ")
            let reason =
                "the model's architecture is '\(found)'; only \(known) (Llama, Mistral and kin) is served"
            throw file.failure(.unsupportedModel(reason: reason))
        }
        return found
    }

    /// `general.name`, or the file's name without folder and extension.
    func modelName() throws(GGUFError) -> String {
        if let name = try metadata.string("general.name"), !name.isEmpty { return name }
        let base = file.path.split(separator: "/").last ?? "model"
        return String(base.hasSuffix(".gguf") ? base.dropLast(5) : base)
    }

    /// A count in 1…limit.
    func count(_ suffix: String, limit: Int, default fallback: Int? = nil) throws(GGUFError) -> Int {
        let key = "llama." + suffix
        if fallback != nil, !metadata.contains(key) { return try required(key, fallback) }
        let value = try required(key, try uniform(key))
        guard value >= 1, value <= limit else {
            throw file.failure(.badValue(key: key, reason: "is \(value), not in 1…\(limit)"))
        }
        return Int(value)
    }

    /// A finite number above zero.
    func positive(_ suffix: String, default fallback: Double? = nil) throws(GGUFError) -> Double {
        let key = "llama." + suffix
        let value = try required(key, try metadata.float(key) ?? fallback)
        guard value.isFinite, value > 0 else {
            throw file.failure(.badValue(key: key, reason: "is \(value), not above zero"))
        }
        return value
    }

    func headDim(embeddingWidth: Int, headCount: Int) throws(GGUFError) -> Int {
        let quotient = embeddingWidth.isMultiple(of: headCount) ? embeddingWidth / headCount : nil
        let keyLength = try count("attention.key_length", limit: 1 << 12, default: quotient)
        let valueLength = try count("attention.value_length", limit: 1 << 12, default: keyLength)
        let rotated = try count("rope.dimension_count", limit: 1 << 12, default: keyLength)
        guard keyLength == valueLength, keyLength == rotated else {
            let lengths = "key \(keyLength), value \(valueLength) and rotated \(rotated) elements per head"
            throw file.failure(
                .unsupportedModel(reason: "heads with \(lengths) differ; only equal lengths are served")
            )
        }
        guard keyLength.isMultiple(of: 2) else {
            throw bad("rope.dimension_count", "is \(rotated), not even")
        }
        return keyLength
    }

    func ropeScaling(headDim: Int) throws(GGUFError) -> RopeScaling {
        let type = try metadata.string("llama.rope.scaling.type") ?? "none"
        let factor = try metadata.float("llama.rope.scaling.factor") ?? 1
        let linear = try metadata.float("llama.rope.scale_linear") ?? 1
        guard type == "none" || (type == "linear" && factor == 1), linear == 1 else {
            let found = "rope scaling '\(type)' (factor \(factor), linear \(linear))"
            let known = "none and Llama 3's rope_freqs.weight are"
            throw file.failure(
                .unsupportedModel(reason: "the model uses \(found), which is not served; \(known)")
            )
        }
        guard file.tensors["rope_freqs.weight"] != nil else { return .none }
        _ = try file.tensor("rope_freqs.weight", shape: [headDim / 2], types: [.f32])
        return .frequencyFactors
    }

    func vocabularyCount(embeddingWidth: Int) throws(GGUFError) -> Int {
        let tokens = try metadata.elementCount("tokenizer.ggml.tokens")
        let count: Int
        if metadata.contains("llama.vocab_size") {
            count = try self.count("vocab_size", limit: 1 << 24)
        } else {
            count = try required("tokenizer.ggml.tokens", tokens)
        }
        if let tokens, tokens > count {
            throw bad("vocab_size", "is \(count), fewer than the \(tokens) tokens of the vocabulary")
        }
        let shape = [embeddingWidth, count]
        _ = try file.tensor("token_embd.weight", shape: shape, types: GGUFTensorType.allCases)
        if file.tensors["output.weight"] != nil {
            _ = try file.tensor("output.weight", shape: shape, types: GGUFTensorType.allCases)
        }
        return count
    }

    /// Parts that some files of the family have and whose absence from the forward pass would give wrong
    /// tokens.
    func refuseUnservedParts() throws(GGUFError) {
        for (suffix, what) in [
            ("expert_count", "experts"), ("attention.sliding_window", "a sliding window of tokens"),
        ] {
            let value = try metadata.unsigned("llama." + suffix) ?? 0
            guard value == 0 else {
                throw file.failure(
                    .unsupportedModel(reason: "the model has \(what) (\(value)), which is not served")
                )
            }
        }
        for (suffix, what) in [
            ("logit_scale", "logits"), ("residual_scale", "residuals"), ("embedding_scale", "embeddings"),
        ] {
            let value = try metadata.float("llama." + suffix) ?? 0
            guard value == 0 || value == 1 else {
                throw file.failure(
                    .unsupportedModel(reason: "the model scales its \(what) by \(value), which is not served")
                )
            }
        }
    }

    func bad(_ suffix: String, _ reason: String) -> GGUFError {
        file.failure(.badValue(key: "llama." + suffix, reason: reason))
    }

    /// An integer, or the one value of a per-layer array.
    private func uniform(_ key: String) throws(GGUFError) -> UInt64? {
        guard metadata.fields[key]?.elementCount != nil else { return try metadata.unsigned(key) }
        let values = try metadata.integers(key) ?? []
        guard let first = values.first, values.allSatisfy({ $0 == first }), first >= 0 else {
            let reason = "'\(key)' differs from layer to layer, which is not served"
            throw file.failure(.unsupportedModel(reason: reason))
        }
        return UInt64(first)
    }

    private func required<Value>(_ key: String, _ value: Value?) throws(GGUFError) -> Value {
        guard let value else { throw file.failure(.missingKey(key)) }
        return value
    }
}
