import CKernels
import ServingTypes
import Testing

@testable import Engine

/// What stays of a prompt's KV is what its last tokens attend to, and nothing else decides it.
@Suite struct SelectionTests {
    private static func prompt(_ count: Int, seed: UInt64 = 21) -> [TokenID] {
        var random = Randomness(seed: seed)
        return Fixture.tokens(count, below: 261, using: &random)
    }

    /// How a prompt comes to its last step; none of it may matter.
    struct Way: Sendable, CustomStringConvertible {
        var threadCount = 1
        var chunkTokens = 512
        var mates = 0
        var isReversed = false
        var isa = ck_kernels_best().pointee.isa.rawValue
        var description: String {
            "\(threadCount) threads, chunks of \(chunkTokens), \(mates) mates, isa \(isa)"
                + (isReversed ? ", blocks reversed" : "")
        }
    }

    /// Prefills a prompt so that its last step has `lastRows` rows and selects.
    ///
    /// - Returns: the arena, and the tables of the full and the reduced KV.
    private func reduce(
        _ prompt: [TokenID],
        _ selection: KVSelection,
        lastRows: Int,
        way: Way = Way(),
        kvType: KVType = .f32,
        afterLayer: (Int, KVArena, [BlockIndex]) -> Void = { _, _, _ in }
    ) throws -> (arena: KVArena, table: [BlockIndex], reduced: [BlockIndex]) {
        let engine = try Fixture.tinyEngine(
            kvType: kvType,
            threadCount: way.threadCount,
            isa: ck_isa(way.isa)
        )
        let arena = try KVArena(layout: engine.layout, blockCount: 100)
        Fixture.soil(arena)
        var blocks = (0..<100).map { BlockIndex(rawValue: UInt32($0)) }
        if way.isReversed { blocks.reverse() }
        func take(tokens: Int) -> [BlockIndex] {
            let count = engine.layout.blockCount(tokens: tokens)
            defer { blocks.removeFirst(count) }
            return Array(blocks.prefix(count))
        }
        let table = take(tokens: prompt.count)
        var selection = selection
        selection.table = take(tokens: selection.budgetTokens)
        let split = prompt.count - lastRows
        for first in stride(from: 0, to: split, by: way.chunkTokens) {
            let end = min(first + way.chunkTokens, split)
            let step = StepSequence(tokens: prompt[first..<end], position: first, table: table, sample: nil)
            _ = try engine.step([step], arena: arena) { _ in }
        }
        let last = StepSequence(
            tokens: prompt[split...],
            position: split,
            table: table,
            sample: nil,
            selection: selection
        )
        let mates = (0..<way.mates).map { mate in
            let tokens = Self.prompt(70 + 50 * mate, seed: UInt64(mate))
            var other = selection
            (other.budgetTokens, other.table) = (70, take(tokens: 70))
            return StepSequence(
                tokens: tokens[...],
                position: 0,
                table: take(tokens: tokens.count),
                sample: nil,
                selection: other
            )
        }
        _ = try engine.step(mates + [last], arena: arena) { afterLayer($0, arena, selection.table) }
        return (arena, table, selection.table)
    }

    private func bytes(_ arena: KVArena, _ table: [BlockIndex]) -> [UInt8] {
        (0..<arena.layout.layerCount).flatMap { layer in
            table.flatMap { Array(arena.segment(layer: layer, block: $0)) }
        }
    }

    /// A prompt and how it is reduced; together they cross runs, tiles and splits.
    struct Case: Sendable {
        var promptTokens: Int
        var lastRows: Int
        var selection: KVSelection
    }

    private static func selection(_ budget: Int, _ sinks: Int, _ recent: Int, queries: Int, pooling: Int)
        -> KVSelection
    {
        KVSelection(
            budgetTokens: budget,
            sinkTokens: sinks,
            recentTokens: recent,
            queryTokens: queries,
            poolingTokens: pooling,
            table: []
        )
    }

    static let cases = [
        Case(promptTokens: 300, lastRows: 40, selection: selection(50, 4, 16, queries: 16, pooling: 7)),
        Case(promptTokens: 300, lastRows: 300, selection: selection(37, 0, 1, queries: 70, pooling: 1)),
        Case(promptTokens: 257, lastRows: 5, selection: selection(100, 8, 32, queries: 32, pooling: 15)),
        Case(promptTokens: 129, lastRows: 129, selection: selection(16, 1, 2, queries: 1, pooling: 3)),
        Case(promptTokens: 40, lastRows: 40, selection: selection(39, 2, 3, queries: 500, pooling: 101)),
        Case(promptTokens: 200, lastRows: 10, selection: selection(20, 4, 16, queries: 8, pooling: 5)),
        // Every row votes, so that which rows see a position decides.
        Case(promptTokens: 60, lastRows: 60, selection: selection(30, 0, 1, queries: 60, pooling: 1)),
        Case(promptTokens: 90, lastRows: 90, selection: selection(70, 2, 1, queries: 90, pooling: 1)),
    ]

    @Test(arguments: cases)
    func `Each head keeps what a scalar oracle keeps, in order`(row: Case) throws {
        let prompt = Self.prompt(row.promptTokens)
        let oracle = SelectionOracle(
            engine: try Fixture.tinyEngine(),
            prompt: prompt,
            selection: row.selection,
            rows: min(row.selection.queryTokens, row.lastRows)
        )
        let expected = try oracle.kept()
        let (arena, table, reduced) = try reduce(prompt, row.selection, lastRows: row.lastRows)
        for layer in 0..<2 {
            for kvHead in 0..<2 {
                let kept = Fixture.kept(
                    arena,
                    layer: layer,
                    kvHead: kvHead,
                    of: table,
                    promptTokens: prompt.count,
                    in: reduced,
                    budgetTokens: row.selection.budgetTokens
                )
                #expect(kept == expected[layer][kvHead], "layer \(layer), head \(kvHead)")
            }
        }
        let candidates = row.promptTokens - row.selection.sinkTokens - row.selection.recentTokens
        // A window over all candidates makes them equal; a budget without scored tokens asks nobody.
        let isFree = row.selection.poolingTokens < candidates && row.selection.scoredTokens > 0
        #expect(!isFree || Set(expected.flatMap { $0 }).count > 1, "heads choose for themselves")
    }

    static let ways: [Way] =
        [
            Way(threadCount: 2), Way(threadCount: 3, chunkTokens: 17), Way(chunkTokens: 1, mates: 1),
            Way(threadCount: 2, chunkTokens: 100, mates: 3, isReversed: true),
        ] + Fixture.instructionSets.map { Way(mates: 2, isa: $0.rawValue) }

    @Test(arguments: ways, [KVType.f32, .f16, .bf16])
    func `Threads, batch, earlier chunks, blocks and instruction set leave no trace`(
        way: Way,
        kvType: KVType
    ) throws {
        for row in Self.cases.prefix(2) {
            let prompt = Self.prompt(row.promptTokens)
            let plain = try reduce(prompt, row.selection, lastRows: row.lastRows, kvType: kvType)
            let other = try reduce(prompt, row.selection, lastRows: row.lastRows, way: way, kvType: kvType)
            #expect(
                bytes(other.arena, other.reduced) == bytes(plain.arena, plain.reduced),
                "\(way), \(prompt.count) tokens"
            )
        }
    }

    @Test func `Slots after the last kept token are zero`() throws {
        let (arena, _, reduced) = try reduce(Self.prompt(300), Self.cases[0].selection, lastRows: 40)
        for layer in 0..<2 {
            for kvHead in 0..<2 {
                for index in 50..<64 {
                    let slot = Fixture.bytes(arena, reduced, layer: layer, kvHead: kvHead, index: index)
                    #expect(slot.allSatisfy { $0 == 0 }, "layer \(layer), head \(kvHead), slot \(index)")
                }
            }
        }
    }

    @Test func `A layer's reduced KV is whole when its callback runs, and no later layer has begun`() throws {
        var seen: [[[UInt8]]] = []
        let (arena, _, reduced) = try reduce(
            Self.prompt(300),
            Self.cases[0].selection,
            lastRows: 300,
            way: Way(threadCount: 2),
            afterLayer: { _, arena, table in
                seen.append(
                    (0..<2).map { layer in
                        table.flatMap { Array(arena.segment(layer: layer, block: $0)) }
                    }
                )
            }
        )
        let whole = (0..<2).map { layer in
            reduced.flatMap { Array(arena.segment(layer: layer, block: $0)) }
        }
        #expect(seen.count == 2)
        #expect(seen[0][0] == whole[0])
        #expect(seen[0][1].allSatisfy { $0 == 0xff })
        #expect(seen[1] == whole)
    }

    @Test(arguments: [KVType.f32, .f16], [1, 33, 100])
    func `A budget of all tokens yields the full cache's tokens`(kvType: KVType, lastRows: Int) throws {
        let prompt = Self.prompt(100)
        let engine = try Fixture.tinyEngine(kvType: kvType, threadCount: 2)
        var parameters = SamplingParameters()
        parameters.seed = 5
        let expected = try Fixture.generate(
            engine,
            arena: try KVArena(layout: engine.layout, blockCount: 9),
            table: Fixture.table(engine.layout, tokens: 140),
            prompt: prompt,
            count: 30,
            parameters: parameters
        )
        let selection = Self.selection(100, 4, 8, queries: 16, pooling: 7)
        let (arena, _, reduced) = try reduce(prompt, selection, lastRows: lastRows, kvType: kvType)
        let spare = (60..<63).map { BlockIndex(rawValue: UInt32($0)) }
        let output = try Fixture.decode(
            engine,
            arena: arena,
            table: reduced + spare,
            promptTokens: 100,
            budgetTokens: 100,
            output: Array(expected.prefix(1)),
            count: 30,
            parameters: parameters
        )
        #expect(output == expected)
        #expect(Set(expected).count > 5)
    }

    @Test func `What cannot be selected is a typed error that says why`() throws {
        let engine = try Fixture.tinyEngine()
        let arena = try KVArena(layout: engine.layout, blockCount: 20)
        let table = Fixture.table(engine.layout, tokens: 100)
        let target = Fixture.table(engine.layout, tokens: 48, first: 10)
        let tokens = Self.prompt(100)
        func refusal(offset: Int = 0, _ change: (inout KVSelection) -> Void) -> EngineError? {
            var selection = KVSelection(budgetTokens: 48, recentTokens: 16, table: target)
            change(&selection)
            let step = StepSequence(
                tokens: tokens[...],
                position: 0,
                table: table,
                sample: nil,
                rotaryOffset: offset,
                selection: selection
            )
            do {
                _ = try engine.step([step], arena: arena) { _ in }
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0.recentTokens = 44 } == nil)
        #expect(
            refusal { $0.recentTokens = 45 }
                == .selection(.budgetTooSmall(budgetTokens: 48, sinkTokens: 4, recentTokens: 45))
        )
        #expect(
            refusal { ($0.sinkTokens, $0.recentTokens) = (.max, .max) }
                == .selection(.budgetTooSmall(budgetTokens: 48, sinkTokens: .max, recentTokens: .max))
        )
        #expect(
            refusal { $0.recentTokens = 0 }
                == .selection(.counts(sinkTokens: 4, recentTokens: 0, queryTokens: 24))
        )
        #expect(
            refusal { ($0.sinkTokens, $0.queryTokens) = (-1, 0) }
                == .selection(.counts(sinkTokens: -1, recentTokens: 16, queryTokens: 0))
        )
        #expect(refusal { $0.poolingTokens = 4 } == .selection(.poolingTokens(4)))
        #expect(refusal { $0.poolingTokens = -1 } == .selection(.poolingTokens(-1)))
        #expect(
            refusal { $0.budgetTokens = 101 }
                == .selection(.budgetExceedsPrompt(budgetTokens: 101, promptTokens: 100))
        )
        #expect(refusal { $0.table.removeLast() } == .selection(.tableTooSmall(blocks: 2, needed: 3)))
        #expect(refusal { $0.table[1] = table[6] } == .selection(.blockInUse(table[6])))
        #expect(refusal { $0.table[2] = target[0] } == .selection(.blockInUse(target[0])))
        #expect(refusal { $0.table.append(table[0]) } == nil)
        #expect(refusal(offset: 5) { _ in } == .selection(.alreadyReduced(rotaryOffset: 5)))
    }
}
