import CKernels
import ServingTypes
import Testing

@testable import Engine

/// A row's logits are the same bits whatever is computed with it, and on whatever.
@Suite struct InvarianceTests {
    /// A prompt on its way through random steps.
    private struct Sequence {
        let tokens: [TokenID]
        let table: [BlockIndex]
        var position = 0
        var logits: [Int: [Float]] = [:]
    }

    /// How one run is done; results must not depend on any of it.
    struct Run: Sendable, CustomStringConvertible {
        var seed: UInt64
        var threadCount: Int
        var blockTokens: Int
        var isa: UInt32
        var description: String {
            "seed \(seed), \(threadCount) threads, blocks of \(blockTokens), isa \(isa)"
        }
    }

    static let runs: [Run] = Fixture.instructionSets.flatMap { isa in
        [(11, 1, 16), (12, 2, 16), (13, 3, 8), (14, 2, 256)].map { seed, threadCount, blockTokens in
            Run(seed: seed, threadCount: threadCount, blockTokens: blockTokens, isa: isa.rawValue)
        }
    }

    /// Lengths that cross tiles of 256 rows, splits of 128 positions and groups of 32 rows.
    private static let lengths = [1, 5, 31, 33, 127, 129, 300]

    private func prompts() -> [[TokenID]] {
        var random = Randomness(seed: 5)
        return Self.lengths.map { Fixture.tokens($0, below: 261, using: &random) }
    }

    /// Logits at the given ends of a prompt, each prefilled whole and alone, on one thread.
    private func reference(_ engine: CPUEngine, _ tokens: [TokenID], ends: some Swift.Sequence<Int>) throws
        -> [Int: [Float]]
    {
        let table = Fixture.table(engine.layout, tokens: tokens.count)
        let arena = try KVArena(layout: engine.layout, blockCount: table.count)
        var logits: [Int: [Float]] = [:]
        for end in ends {
            let step = StepSequence(
                tokens: tokens[..<end],
                position: 0,
                table: table,
                sample: Fixture.anySample
            )
            logits[end] = try engine.logits([step], arena: arena).first ?? nil
        }
        return logits
    }

    /// Runs all prompts through random steps: chunks, batch mates and blocks are left to chance.
    private func scattered(_ run: Run, _ kvType: KVType) throws -> [Sequence] {
        var random = Randomness(seed: run.seed)
        let engine = try Fixture.tinyEngine(
            kvType: kvType,
            blockTokens: run.blockTokens,
            threadCount: run.threadCount,
            isa: ck_isa(run.isa)
        )
        let counts = Self.lengths.map { engine.layout.blockCount(tokens: $0) }
        let total = counts.reduce(0, +) + 3
        let arena = try KVArena(layout: engine.layout, blockCount: total)
        for block in 0..<total {  // What is left of earlier use must not matter, NaN included.
            for layer in 0..<engine.layout.layerCount {
                let segment = arena.segment(layer: layer, block: BlockIndex(rawValue: UInt32(block)))
                segment.initializeMemory(as: UInt8.self, repeating: 0xff)
            }
        }
        var blocks = (0..<total).map { BlockIndex(rawValue: UInt32($0)) }.shuffled(using: &random)
        var sequences = zip(prompts(), counts).map { tokens, count in
            defer { blocks.removeFirst(count) }
            return Sequence(tokens: tokens, table: Array(blocks.prefix(count)))
        }
        while sequences.contains(where: { $0.position < $0.tokens.count }) {
            let open = sequences.indices.filter { sequences[$0].position < sequences[$0].tokens.count }
            let chosen = open.shuffled(using: &random).prefix(Int.random(in: 1...open.count, using: &random))
            let batch = chosen.map { index in
                let sequence = sequences[index]
                let rest = sequence.tokens.count - sequence.position
                let count = Bool.random(using: &random) ? 1 : Int.random(in: 1...rest, using: &random)
                return StepSequence(
                    tokens: sequence.tokens[sequence.position..<sequence.position + count],
                    position: sequence.position,
                    table: sequence.table,
                    sample: Fixture.anySample
                )
            }
            let logits = try engine.logits(batch, arena: arena)
            for (index, (step, row)) in zip(chosen, zip(batch, logits)) {
                sequences[index].position = step.endPosition
                sequences[index].logits[step.endPosition] = row
            }
        }
        return sequences
    }

    @Test(arguments: runs, [KVType.f32, .f16, .bf16])
    func `Batch, chunks, blocks, threads and instruction set leave no trace`(run: Run, kvType: KVType) throws
    {
        let engine = try Fixture.tinyEngine(kvType: kvType)
        for sequence in try scattered(run, kvType) {
            let ends = sequence.logits.keys.sorted().suffix(8)
            let expected = try reference(engine, sequence.tokens, ends: ends)
            for end in ends {
                let bits = sequence.logits[end]?.map(\.bitPattern)
                #expect(
                    bits == expected[end]?.map(\.bitPattern),
                    "\(run): \(end) of \(sequence.tokens.count)"
                )
            }
        }
    }

    @Test func `A prefill that yields between layers resumes with nothing lost`() throws {
        let engine = try Fixture.tinyEngine(kvType: .f16, threadCount: 2)
        let arena = try KVArena(layout: engine.layout, blockCount: 40)
        let prompts = prompts()
        var greedy = SamplingParameters()
        greedy.temperature = 0
        func step(_ tokens: [TokenID], first: Int) -> StepSequence {
            StepSequence(
                tokens: tokens[...],
                position: 0,
                table: Fixture.table(engine.layout, tokens: tokens.count, first: first),
                sample: SampleRequest(parameters: greedy, output: [])
            )
        }
        let long = step(prompts[6], first: 0)
        let urgent = step(prompts[3], first: 20)
        let alone = try [long, urgent].map { try engine.step([$0], arena: arena) { _ in } }
        var nested: [[StepOutcome]] = []
        var layers: [Int] = []
        var failure: (any Error)?
        let outer = try engine.step([long], arena: arena) { layer in
            layers.append(layer)
            do { nested.append(try engine.step([urgent], arena: arena) { _ in }) } catch { failure = error }
        }
        #expect(failure == nil)
        #expect(layers == [0, 1])
        #expect(outer == alone[0])
        #expect(nested == [alone[1], alone[1]])
    }

    @Test func `Steps nest two deep, in every layer, and all resume with nothing lost`() throws {
        let engine = try Fixture.tinyEngine(kvType: .f16, threadCount: 2)
        let prompts = prompts()
        var greedy = SamplingParameters()
        greedy.temperature = 0
        let steps = [(6, 0), (5, 20), (3, 35)].map { index, first in
            let tokens = prompts[index]
            return StepSequence(
                tokens: tokens[...],
                position: 0,
                table: Fixture.table(engine.layout, tokens: tokens.count, first: first),
                sample: SampleRequest(parameters: greedy, output: [])
            )
        }
        let alone = try KVArena(layout: engine.layout, blockCount: 60)
        let expected = try steps.map { try engine.step([$0], arena: alone) { _ in } }
        let arena = try KVArena(layout: engine.layout, blockCount: 60)
        Fixture.soil(arena)
        var outcomes: [[[StepOutcome]]] = [[], [], []]
        var failure: (any Error)?
        /// Runs a step, and the next one after each of its layers.
        func run(_ depth: Int) {
            do {
                let result = try engine.step([steps[depth]], arena: arena) { _ in
                    if depth + 1 < steps.count { run(depth + 1) }
                }
                outcomes[depth].append(result)
            } catch { failure = error }
        }
        run(0)
        #expect(failure == nil)
        #expect(outcomes.map(\.count) == [1, 2, 4])
        for (depth, results) in outcomes.enumerated() {
            #expect(results.allSatisfy { $0 == expected[depth] }, "depth \(depth)")
            for head in 0..<engine.layout.kvHeadCount {
                for index in 0..<steps[depth].tokens.count {
                    let places = [alone, arena].map {
                        Fixture.bytes($0, steps[depth].table, layer: 1, kvHead: head, index: index)
                    }
                    #expect(places[0] == places[1], "KV of depth \(depth), head \(head), token \(index)")
                }
            }
        }
    }

    @Test(arguments: [KVType.f32, .f16])
    func `Generation continues identically on another engine after its KV moved`(kvType: KVType) throws {
        let (first, second) = (
            try Fixture.tinyEngine(kvType: kvType, threadCount: 2), try Fixture.tinyEngine(kvType: kvType)
        )
        let prompt = prompts()[5]
        var parameters = SamplingParameters()
        parameters.seed = 77
        let arenas = try [
            KVArena(layout: first.layout, blockCount: 12), KVArena(layout: first.layout, blockCount: 14),
        ]
        let table = Fixture.table(first.layout, tokens: 170)
        let whole = try Fixture.generate(
            first,
            arena: arenas[0],
            table: table,
            prompt: prompt,
            count: 40,
            parameters: parameters
        )
        let begun = try Fixture.generate(
            first,
            arena: arenas[0],
            table: table,
            prompt: prompt,
            count: 15,
            parameters: parameters
        )
        let other = Array(Fixture.table(first.layout, tokens: 170, first: 3).reversed())
        Fixture.move(table, from: arenas[0], to: arenas[1], as: other)
        let moved = try Fixture.generate(
            second,
            arena: arenas[1],
            table: other,
            prompt: prompt,
            output: begun,
            count: 40,
            parameters: parameters
        )
        #expect(Array(whole.prefix(15)) == begun)
        #expect(moved == whole)
        #expect(Set(whole).count > 5)
    }
}
