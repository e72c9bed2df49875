import Foundation
import ModelFormat
import Testing
import Tokenization

@Suite struct GGUFFileTests {
    static let tiny = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden/tiny.gguf").path()

    @Test func `a file of the reference writer reads as it was written`() throws {
        let file = try GGUFFile.open(path: Self.tiny)
        #expect(file.version == 3 && !file.isVocabularyOnly)
        #expect(try file.metadata.string("general.architecture") == "llama")
        #expect(try file.metadata.unsigned("llama.context_length") == 64)
        #expect(try file.metadata.float("llama.rope.freq_base") == 500_000)
        #expect(try file.metadata.bool("tokenizer.ggml.add_bos_token") == true)
        #expect(
            try file.metadata.strings("tokenizer.ggml.tokens")?.prefix(4) == [
                "<unk>", "<s>", "</s>", "<0x00>",
            ]
        )
        #expect(try file.metadata.integers("tokenizer.ggml.token_type")?.prefix(4) == [2, 3, 3, 6])
        #expect(try file.metadata.floats("tokenizer.ggml.scores")?.count == 259)
        #expect(try file.metadata.string("absent") == nil && !file.metadata.contains("absent"))
        #expect(
            file.tensorList.map(\.name) == ["token_embd.weight", "output_norm.weight", "blk.0.attn_q.weight"]
        )
    }

    @Test func `tensor bytes are those that were written`() throws {
        let file = try GGUFFile.open(path: Self.tiny)
        let norm = try file.tensor("output_norm.weight", shape: [32])
        #expect(norm.type == .f32 && norm.byteCount == 128 && norm.elementCount == 32)
        #expect(Array(norm.bytes.bindMemory(to: Float.self)) == (0..<32).map { Float($0) })
        let query = try file.tensor("blk.0.attn_q.weight", shape: [32, 8], types: [.f16])
        #expect(query.byteCount == 512)
        let halves = query.bytes.bindMemory(to: UInt16.self)
        #expect(halves[8] == 0x3C00 && halves[16] == 0x4000)  // 1.0 and 2.0
        // One block holds a half-precision scale and 32 steps; here row 1 is 0.5, 0.515625 … 0.984375.
        let embedding = try file.tensor("token_embd.weight", shape: [32, 259])
        #expect(embedding.type == .q8_0 && embedding.byteCount == 259 * 34)
        #expect(embedding.bytes[34 + 2 + 31] == 127)
    }

    @Test func `a tensor is handed out in the shape and types that are asked for only`() throws {
        let file = try GGUFFile.open(path: Self.tiny)
        let failure = { (problem: GGUFProblem) in GGUFError(path: Self.tiny, problem: problem) }
        let name = "output_norm.weight"
        #expect(throws: failure(.missingTensor("x"))) { try file.tensor("x", shape: [1]) }
        #expect(throws: failure(.wrongShape(tensor: name, expected: [64], found: [32]))) {
            try file.tensor(name, shape: [64])
        }
        #expect(throws: failure(.unsupportedTensorType(tensor: name, found: .f32, supported: [.q8_0]))) {
            try file.tensor(name, shape: [32], types: [.q8_0])
        }
    }

    @Test func `a value of another type is an error, an absent one is not`() throws {
        let metadata = try GGUFFile.open(path: Self.tiny).metadata
        #expect(throws: GGUFError.self) { try metadata.string("llama.context_length") }
        #expect(throws: GGUFError.self) { try metadata.unsigned("general.name") }
        #expect(throws: GGUFError.self) { try metadata.bool("llama.block_count") }
        #expect(throws: GGUFError.self) { try metadata.strings("tokenizer.ggml.scores") }
        #expect(throws: GGUFError.self) { try metadata.integers("tokenizer.ggml.scores") }
        #expect(throws: GGUFError.self) { try metadata.string("tokenizer.ggml.tokens") }
        #expect(throws: GGUFError.self) { try metadata.floats("llama.rope.freq_base") }
        #expect(try metadata.float("llama.block_count") == 1)
        #expect(try metadata.integers("absent") == nil)
    }

    @Test func `every tensor type has the size of the reference`() {
        #expect(GGUFTensorType.allCases.count == 34)
        #expect(GGUFTensorType.q8_0.blockBytes == 34 && GGUFTensorType.q8_0.blockElements == 32)
        #expect(GGUFTensorType.q4_k.blockBytes == 144 && GGUFTensorType.q4_k.blockElements == 256)
        for type in GGUFTensorType.allCases {
            // From one bit and a scale up to 64 bits for an element.
            let bits = Double(8 * type.blockBytes) / Double(type.blockElements)
            #expect((1.125...64).contains(bits) && type.description.count >= 2, "\(type)")
        }
    }

    @Test func `missing files, folders and empty files are errors`() throws {
        #expect(throws: GGUFError.self) { try GGUFFile.open(path: "/nonexistent/model.gguf") }
        #expect(throws: GGUFError.self) { try GGUFFile.open(path: "/tmp") }
        try GGUFBuilder.write([]) { path in
            #expect(throws: GGUFError(path: path, problem: .notGGUF(firstBytes: []))) {
                try GGUFFile.open(path: path)
            }
        }
    }
}
