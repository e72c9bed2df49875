import Foundation
import ModelFormat
import ServingTypes
import Testing

@testable import Engine

/// What the CPU engine says of itself, and what it refuses.
@Suite struct CPUEngineTests {
    /// The tiny model with one run of bytes replaced by another of equal length.
    private func patched(_ old: String, _ new: String) throws -> GGUFFile {
        let path = Fixture.golden("tiny-llama-f32.gguf")
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        let range = try #require(data.range(of: Data(old.utf8)))
        data.replaceSubrange(range, with: Data(new.utf8))
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).gguf")
        try data.write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try GGUFFile.open(path: url.path)
    }

    private func refusal(_ model: GGUFFile) -> EngineError? {
        do {
            _ = try CPUEngine(model: model, kvType: .f16, threadCount: 1)
            return nil
        } catch {
            return error
        }
    }

    @Test func `Identity and layout come from the file`() throws {
        let model = try Fixture.tinyModel()
        let engine = try CPUEngine(model: model, kvType: .f16, threadCount: 1)
        let digest = try model.modelDigest()
        #expect(engine.identity.modelName == "tiny-llama")
        #expect(engine.identity.modelDigest == digest)
        #expect(engine.identity.numericsClass == "\(digest.description.prefix(8))/kv-f16/f32-fma16")
        #expect(engine.identity.vocabularyCount == 261)
        #expect(engine.identity.contextTokens == 512)
        #expect(engine.identity.endTokens == [2])
        let layout = KVLayout(layerCount: 2, kvHeadCount: 2, headDim: 32, type: .f16, blockTokens: 16)
        #expect(engine.layout == layout)
    }

    @Test func `A missing tensor is named`() throws {
        let model = try patched("blk.1.ffn_up.weight", "blk.1.ffn_uq.weight")
        guard case .model(let error) = refusal(model) else {
            Issue.record("opened a model without blk.1.ffn_up.weight")
            return
        }
        #expect(error.problem == .missingTensor("blk.1.ffn_up.weight"))
    }

    @Test func `A tensor that the forward pass would ignore is named`() throws {
        let error = refusal(try patched("output.weight", "outpux.weight"))
        #expect(error?.description.contains("outpux.weight") == true, "\(String(describing: error))")
    }

    @Test func `Steps that cannot be run are typed errors`() throws {
        let engine = try Fixture.tinyEngine(kvType: .f16)
        let arena = try KVArena(layout: engine.layout, blockCount: 40)
        let table = Fixture.table(engine.layout, tokens: 640)
        func run(_ tokens: [TokenID], at position: Int, in arena: KVArena) -> EngineError? {
            let step = StepSequence(tokens: tokens[...], position: position, table: table, sample: nil)
            do {
                _ = try engine.step([step], arena: arena) { _ in }
                return nil
            } catch {
                return error
            }
        }
        #expect(run([1, 261], at: 0, in: arena) == .tokenOutOfVocabulary(token: 261, vocabularyCount: 261))
        #expect(run([1, 2], at: 511, in: arena) == .contextExceeded(tokens: 513, contextTokens: 512))
        #expect(run([1], at: 511, in: arena) == nil)
        var layout = engine.layout
        layout.type = .f32
        let other = try KVArena(layout: layout, blockCount: 1)
        #expect(run([1], at: 0, in: other) == .layoutMismatch(engine: engine.layout, arena: layout))
    }

    @Test func `Damaged KV that makes logits NaN is an error that names the sequence`() throws {
        let engine = try Fixture.tinyEngine()
        let arena = try KVArena(layout: engine.layout, blockCount: 2)
        let tables = [[BlockIndex(rawValue: 0)], [BlockIndex(rawValue: 1)]]
        let prompts = tables.map {
            StepSequence(tokens: [5, 6, 7], position: 0, table: $0, sample: nil)
        }
        #expect(
            try engine.step(prompts, arena: arena) { _ in } == [
                StepOutcome(token: nil), StepOutcome(token: nil),
            ]
        )
        arena.segment(layer: 1, block: tables[1][0]).bindMemory(to: Float.self)[0] = .nan
        let decode = tables.map {
            StepSequence(tokens: [8], position: 3, table: $0, sample: Fixture.anySample)
        }
        #expect(throws: EngineError.logitsNotFinite(sequenceIndex: 1)) {
            try engine.step(decode, arena: arena) { _ in }
        }
    }
}
