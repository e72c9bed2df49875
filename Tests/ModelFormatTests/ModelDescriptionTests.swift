import Foundation
import ModelFormat
import Testing

@Suite struct ModelDescriptionTests {
    @Test func `a Llama is described from its metadata`() throws {
        let model = try ModelDescription(from: GGUFFile.open(path: GGUFFileTests.tiny))
        #expect(model.architecture == "llama" && model.name == "tiny" && model.contextTokens == 64)
        #expect(model.layerCount == 1 && model.embeddingWidth == 32 && model.feedForwardWidth == 64)
        #expect(model.headCount == 4 && model.kvHeadCount == 2 && model.headDim == 8)
        #expect(model.ropeBase == 500_000 && model.rmsEpsilon == 1e-5 && model.ropeScaling == .none)
        #expect(model.vocabularyCount == 259 && model.tiesEmbeddings)
    }

    @Test func `what a file may leave out has the format's defaults`() throws {
        var builder = GGUFBuilder.llama()
        for key in ["general.name", "llama.attention.head_count_kv"] { builder[key] = nil }
        builder["llama.block_count"] = .uint64(3)
        builder.tensors.append(.init(name: "output.weight", shape: [32, 258], byteCount: 4 * 32 * 258))
        builder.tensors.append(.init(name: "rope_freqs.weight", shape: [4], byteCount: 16))
        try builder.write { path in
            let model = try ModelDescription(from: GGUFFile.open(path: path))
            #expect(model.name == URL(filePath: path).deletingPathExtension().lastPathComponent)
            #expect(model.kvHeadCount == 4 && model.ropeBase == 10_000 && model.layerCount == 3)
            #expect(!model.tiesEmbeddings && model.ropeScaling == .frequencyFactors)
        }
    }

    static let rows: [(requirement: String, damage: @Sendable (inout GGUFBuilder) -> Void, words: String)] = [
        ("the architecture is named", { $0["general.architecture"] = .string("gemma3") }, "'gemma3'"),
        ("an absent key is named", { $0["llama.block_count"] = nil }, "'llama.block_count' is missing"),
        ("a count is not zero", { $0["llama.attention.head_count"] = .uint32(0) }, "is 0, not in 1…"),
        ("a count is not absurd", { $0["llama.embedding_length"] = .uint32(.max) }, "is 4294967295, not in"),
        (
            "a count is not negative", { $0["llama.block_count"] = .int32(-1) },
            "an integer that is not negative"
        ),
        ("a count is a number", { $0["llama.block_count"] = .string("2") }, "expected an integer"),
        (
            "heads are shared evenly", { $0["llama.attention.head_count_kv"] = .uint32(3) },
            "does not divide 4"
        ),
        ("layers are alike", { $0["llama.feed_forward_length"] = .int32s([64, 32]) }, "differs from layer"),
        (
            "epsilon is above zero", { $0["llama.attention.layer_norm_rms_epsilon"] = .float(0) },
            "not above zero"
        ),
        ("the base is a number", { $0["llama.rope.freq_base"] = .float(.nan) }, "not above zero"),
        ("experts are refused", { $0["llama.expert_count"] = .uint32(8) }, "experts (8)"),
        ("windows are refused", { $0["llama.attention.sliding_window"] = .uint32(4096) }, "sliding window"),
        ("yarn is refused", { $0["llama.rope.scaling.type"] = .string("yarn") }, "rope scaling 'yarn'"),
        ("partial rotation is refused", { $0["llama.rope.dimension_count"] = .uint32(4) }, "rotated 4"),
        ("scaled logits are refused", { $0["llama.logit_scale"] = .float(0.5) }, "scales its logits"),
        ("the embedding has the announced shape", { $0["llama.vocab_size"] = .uint32(300) }, "[32, 258]"),
        (
            "the vocabulary fits the embedding", { $0["llama.vocab_size"] = .uint32(200) },
            "fewer than the 258"
        ),
        ("a model has an embedding", { $0.tensors[0].name = "x" }, "'token_embd.weight' is missing"),
        ("a model has weights", { $0.tensors = [] }, "vocabulary file without weights"),
        (
            "rope factors have the announced shape",
            { $0.tensors.append(.init(name: "rope_freqs.weight", shape: [8], byteCount: 32)) }, "[8]"
        ),
    ]

    @Test(arguments: rows.indices)
    func `a model that cannot be served is refused with a sentence`(row: Int) throws {
        let (requirement, damage, words) = Self.rows[row]
        var builder = GGUFBuilder.llama()
        damage(&builder)
        try builder.write { path in
            let error = #expect(throws: GGUFError.self, "\(requirement)") {
                try ModelDescription(from: GGUFFile.open(path: path))
            }
            let text = error.map(\.description) ?? ""
            #expect(text.hasPrefix(path) && text.contains(words), "\(requirement): \(text)")
        }
    }
}
