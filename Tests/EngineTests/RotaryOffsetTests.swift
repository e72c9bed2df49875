import ServingTypes
import Testing

@testable import Engine

/// A token's rotation follows its position in the text, its place in memory its cache index.
@Suite struct RotaryOffsetTests {
    private func prompt(_ count: Int) -> [TokenID] {
        var random = Randomness(seed: 41)
        return Fixture.tokens(count, below: 261, using: &random)
    }

    @Test func `A first-layer key is the same bits at a position whatever its cache index`() throws {
        let engine = try Fixture.tinyEngine(kvType: .f16)
        let tokens = prompt(200)
        let full = Fixture.table(engine.layout, tokens: 200)
        let short = Fixture.table(engine.layout, tokens: 150, first: full.count)
        let arena = try KVArena(layout: engine.layout, blockCount: full.count + short.count)
        let whole = StepSequence(tokens: tokens[...], position: 0, table: full, sample: nil)
        let shifted = StepSequence(
            tokens: tokens[60...],
            position: 10,
            table: short,
            sample: nil,
            rotaryOffset: 50
        )
        _ = try engine.step([whole, shifted], arena: arena) { _ in }
        for kvHead in 0..<2 {
            for index in 10..<150 {
                let inShort = Fixture.bytes(arena, short, layer: 0, kvHead: kvHead, index: index)
                let inFull = Fixture.bytes(arena, full, layer: 0, kvHead: kvHead, index: index + 50)
                #expect(inShort == inFull, "head \(kvHead), index \(index)")
            }
        }
    }

    @Test func `Attention sees distances only: an offset moves no prediction, other bits apart`() throws {
        let engine = try Fixture.tinyEngine()
        let tokens = prompt(150)
        let table = Fixture.table(engine.layout, tokens: 150)
        let arena = try KVArena(layout: engine.layout, blockCount: table.count)
        func logits(offset: Int) throws -> [Float] {
            let step = StepSequence(
                tokens: tokens[...],
                position: 0,
                table: table,
                sample: Fixture.anySample,
                rotaryOffset: offset
            )
            return try #require(try engine.logits([step], arena: arena).first ?? nil)
        }
        let (near, far) = (try logits(offset: 0), try logits(offset: 300))
        let difference = try #require(zip(near, far).map { abs($0 - $1) }.max())
        #expect(near != far)
        #expect(difference < 1e-3)
    }

    @Test func `The context limit counts positions of the text`() throws {
        let engine = try Fixture.tinyEngine()
        let arena = try KVArena(layout: engine.layout, blockCount: 1)
        func refusal(offset: Int) -> EngineError? {
            let step = StepSequence(
                tokens: [1, 2],
                position: 0,
                table: [BlockIndex(rawValue: 0)],
                sample: nil,
                rotaryOffset: offset
            )
            do {
                _ = try engine.step([step], arena: arena) { _ in }
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal(offset: 510) == nil)
        #expect(refusal(offset: 511) == .contextExceeded(tokens: 513, contextTokens: 512))
    }
}
