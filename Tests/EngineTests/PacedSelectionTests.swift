import ServingTypes
import Testing

@testable import Engine

/// The paced engine reduces KV too, so that a rehearsed cluster moves what a real one would.
@Suite struct PacedSelectionTests {
    private static let budgetTokens = 40
    private let engine: PacedEngine
    private let prompt: [TokenID]
    private let parameters: SamplingParameters

    init() throws {
        engine = try PacedEngine(profile: PacedEngineTests.profile, timeScale: 0)
        var random = Randomness(seed: 51)
        prompt = Fixture.tokens(200, below: 1_000, using: &random)
        var parameters = SamplingParameters()
        parameters.seed = 3
        self.parameters = parameters
    }

    /// What a prefill leaves behind: the first token, full and reduced KV.
    private struct Prefilled {
        let arena: KVArena
        let table: [BlockIndex]
        let reduced: [BlockIndex]
        let first: TokenID
    }

    private func prefill(chunkTokens: Int = 200, budgetTokens: Int = budgetTokens) throws -> Prefilled {
        let arena = try KVArena(layout: engine.layout, blockCount: 40)
        Fixture.soil(arena)
        let table = Fixture.table(engine.layout, tokens: 200)
        let reduced = Fixture.table(engine.layout, tokens: budgetTokens, first: 20)
        var first: TokenID?
        for begin in stride(from: 0, to: 200, by: chunkTokens) {
            let end = min(200, begin + chunkTokens)
            let isLast = end == 200
            let step = StepSequence(
                tokens: prompt[begin..<end],
                position: begin,
                table: table,
                sample: isLast ? SampleRequest(parameters: parameters, output: []) : nil,
                selection: isLast
                    ? KVSelection(
                        budgetTokens: budgetTokens,
                        sinkTokens: 4,
                        recentTokens: 6,
                        table: reduced
                    ) : nil
            )
            first = try engine.step([step], arena: arena) { _ in }.first?.token?.id
        }
        return Prefilled(arena: arena, table: table, reduced: reduced, first: try #require(first))
    }

    private func decode(_ prefilled: Prefilled, promptTokens: Int = 200, budgetTokens: Int = budgetTokens)
        throws -> [TokenID]
    {
        let spare = Fixture.table(engine.layout, tokens: 32, first: 35)
        return try Fixture.decode(
            engine,
            arena: prefilled.arena,
            table: prefilled.reduced + spare,
            promptTokens: promptTokens,
            budgetTokens: budgetTokens,
            output: [prefilled.first],
            count: 30,
            parameters: parameters
        )
    }

    @Test func `All heads keep the first tokens, the last ones, and others evenly spread`() throws {
        let prefilled = try prefill()
        let scored = (0..<30).map { 4 + $0 * 190 / 30 }
        let expected = Array(0..<4) + scored + Array(194..<200)
        for layer in 0..<4 {
            for kvHead in 0..<2 {
                let kept = Fixture.kept(
                    prefilled.arena,
                    layer: layer,
                    kvHead: kvHead,
                    of: prefilled.table,
                    promptTokens: 200,
                    in: prefilled.reduced,
                    budgetTokens: Self.budgetTokens
                )
                #expect(kept == expected)
                let tail = Fixture.bytes(
                    prefilled.arena,
                    prefilled.reduced,
                    layer: layer,
                    kvHead: kvHead,
                    index: Self.budgetTokens
                )
                #expect(tail.allSatisfy { $0 == 0 })
            }
        }
    }

    @Test func `Tokens from reduced KV depend on the prompt's KV, the budget and the offset alone`() throws {
        let expected = try decode(try prefill())
        #expect(Set(expected).count > 5)
        for chunkTokens in [1, 33, 150] {
            #expect(try decode(try prefill(chunkTokens: chunkTokens)) == expected)
        }
        #expect(try decode(try prefill(budgetTokens: 48), budgetTokens: 48) != expected)
        #expect(try decode(try prefill(), promptTokens: 199) != expected)
        let damaged = try prefill()
        for layer in 0..<4 {
            damaged.arena.segment(layer: layer, block: damaged.reduced[1])
                .initializeMemory(as: UInt8.self, repeating: 0)
        }
        #expect(try decode(damaged) != expected)
    }

    @Test func `A budget of all tokens yields the full cache's tokens`() throws {
        let prefilled = try prefill(budgetTokens: 200)
        let whole = try Fixture.generate(
            engine,
            arena: try KVArena(layout: engine.layout, blockCount: 15),
            table: Fixture.table(engine.layout, tokens: 230),
            prompt: prompt,
            count: 30,
            parameters: parameters
        )
        #expect(try decode(prefilled, budgetTokens: 200) == whole)
    }
}
