import Foundation
import ModelFormat
import ServingTypes
import Testing

@testable import Engine

/// Logits that Hugging Face transformers computed for the same weights.
@Suite struct GoldenTests {
    struct Golden: Decodable {
        struct Sequence: Decodable {
            var tokens: [TokenID]
            var lastLogits: [Float]
            var argmax: [TokenID]?
        }
        var sequences: [Sequence]
    }

    private func golden(_ name: String) throws -> Golden {
        let data = try Data(contentsOf: URL(fileURLWithPath: Fixture.golden(name)))
        return try JSONDecoder().decode(Golden.self, from: data)
    }

    private func check(_ engine: CPUEngine, _ golden: Golden, tolerance: Float) throws {
        #expect(!golden.sequences.isEmpty)
        for sequence in golden.sequences {
            let count = sequence.tokens.count
            let table = Fixture.table(engine.layout, tokens: count)
            let arena = try KVArena(layout: engine.layout, blockCount: table.count)
            let whole = StepSequence(
                tokens: sequence.tokens[...],
                position: 0,
                table: table,
                sample: Fixture.anySample
            )
            let logits = try #require(try engine.logits([whole], arena: arena).first ?? nil)
            let difference = zip(logits, sequence.lastLogits).map { abs($0 - $1) }.max()
            #expect(logits.count == sequence.lastLogits.count)
            #expect(try #require(difference) <= tolerance, "\(count) tokens")
            guard let argmax = sequence.argmax else { continue }
            var greedy = SamplingParameters()
            greedy.temperature = 0
            for position in 0..<count {
                let step = StepSequence(
                    tokens: sequence.tokens[position...position],
                    position: position,
                    table: table,
                    sample: SampleRequest(parameters: greedy, output: [])
                )
                let outcome = try engine.step([step], arena: arena) { _ in }
                #expect(
                    outcome.first?.token?.id == argmax[position],
                    "position \(position) of \(count)"
                )
            }
        }
    }

    @Test(arguments: [1, 2])
    func `F32 weights and KV agree with Hugging Face within 1e-3`(threadCount: Int) throws {
        let golden = try golden("tiny-llama-logits.json")
        try check(try Fixture.tinyEngine(threadCount: threadCount), golden, tolerance: 1e-3)
    }

    @Test func `The built-in model's Q8_0 weights agree with Hugging Face within 1e-3`() throws {
        let engine = try CPUEngine(model: try Fixture.builtInModel(), kvType: .f32, threadCount: 2)
        try check(engine, try golden("builtin-logits.json"), tolerance: 1e-3)
    }

    @Test(arguments: [KVType.f16, .bf16])
    func `Chunks of Q8_0 rows, widened or not, leave no trace`(kvType: KVType) throws {
        let engine = try CPUEngine(model: try Fixture.builtInModel(), kvType: kvType, threadCount: 2)
        let longest = try golden("builtin-logits.json").sequences.max { $0.tokens.count < $1.tokens.count }
        let tokens = try #require(longest).tokens
        let table = Fixture.table(engine.layout, tokens: tokens.count)
        let arena = try KVArena(layout: engine.layout, blockCount: table.count)
        func logits(chunkTokens: Int) throws -> [UInt32] {
            var last: [Float]?
            for first in stride(from: 0, to: tokens.count, by: chunkTokens) {
                let chunk = tokens[first..<min(first + chunkTokens, tokens.count)]
                let step = StepSequence(
                    tokens: chunk,
                    position: first,
                    table: table,
                    sample: Fixture.anySample
                )
                last = try engine.logits([step], arena: arena).first ?? nil
            }
            return try #require(last).map(\.bitPattern)
        }
        let whole = try logits(chunkTokens: tokens.count)
        for chunkTokens in [1, 4, 7, 9, 64] {
            #expect(try logits(chunkTokens: chunkTokens) == whole, "chunks of \(chunkTokens)")
        }
    }
}
