import ServingTypes
import Testing

@testable import Engine

/// The paced engine keeps a profile's time, and its tokens depend on prompt, seed and KV alone.
@Suite struct PacedEngineTests {
    static let profile = PacedProfile(
        name: "test",
        modelName: "test-model",
        layerCount: 4,
        kvHeadCount: 2,
        headDim: 16,
        kvType: .f16,
        contextTokens: 4_096,
        vocabularyCount: 1_000,
        endTokens: [2, 120],
        firstOutputToken: 100,
        outputTokenCount: 50,
        meanOutputTokens: nil,
        prefillBaseSeconds: 0.010,
        prefillMemorySeconds: 0.004,
        prefillTokenSeconds: 1e-4,
        prefillAttentionSeconds: 1e-6,
        decodeBaseSeconds: 0.005,
        decodeSequenceSeconds: 1e-3,
        decodeContextSeconds: 1e-5
    )

    private func engine(_ change: (inout PacedProfile) -> Void = { _ in }, timeScale: Double = 0) throws
        -> PacedEngine
    {
        var profile = Self.profile
        change(&profile)
        return try PacedEngine(profile: profile, timeScale: timeScale)
    }

    private func prompt(_ count: Int, seed: UInt64 = 8) -> [TokenID] {
        var random = Randomness(seed: seed)
        return Fixture.tokens(count, below: 1_000, using: &random)
    }

    private var seeded: SamplingParameters {
        var parameters = SamplingParameters()
        parameters.seed = 9
        return parameters
    }

    private func generate(
        _ engine: PacedEngine,
        prompt: [TokenID],
        count: Int = 30,
        chunkTokens: Int = .max,
        parameters: SamplingParameters? = nil,
        table: [BlockIndex]? = nil
    ) throws -> [TokenID] {
        let table = table ?? Fixture.table(engine.layout, tokens: prompt.count + count)
        let arena = try KVArena(layout: engine.layout, blockCount: 1 + Int(table.map(\.rawValue).max() ?? 0))
        return try Fixture.generate(
            engine,
            arena: arena,
            table: table,
            prompt: prompt,
            count: count,
            chunkTokens: chunkTokens,
            parameters: parameters ?? seeded
        )
    }

    @Test func `Chunking and blocks do not change the tokens; prompt, seed and model do`() throws {
        let engine = try engine()
        let prompt = prompt(100)
        let expected = try generate(engine, prompt: prompt)
        for chunk in [1, 7, 16, 33] {
            #expect(try generate(engine, prompt: prompt, chunkTokens: chunk) == expected)
        }
        let backwards = Array(Fixture.table(engine.layout, tokens: 130, first: 2).reversed())
        #expect(try generate(engine, prompt: prompt, table: backwards) == expected)
        var other = seeded
        other.seed = 10
        #expect(try generate(engine, prompt: prompt, parameters: other) != expected)
        other.temperature = 0
        var another = other
        another.seed = 11
        let greedy = try generate(engine, prompt: prompt, parameters: other)
        #expect(try generate(engine, prompt: prompt, parameters: another) == greedy)
        var changed = prompt
        changed[0] ^= 1
        #expect(try generate(engine, prompt: changed) != expected)
        #expect(try generate(try self.engine { $0.name = "other" }, prompt: prompt) != expected)
        let slower = try self.engine { $0.decodeBaseSeconds = 1 }
        #expect(try generate(slower, prompt: prompt) == expected)
    }

    @Test func `Tokens lie in the output range and are never end tokens`() throws {
        let tokens = try generate(try engine(), prompt: prompt(20), count: 2_000)
        #expect(tokens.allSatisfy { (100..<150).contains($0) && $0 != 120 })
        #expect(Set(tokens).count == 49)
    }

    @Test func `With a mean length, answers end by themselves that often`() throws {
        let engine = try engine { $0.meanOutputTokens = 20 }
        let tokens = try generate(engine, prompt: prompt(20), count: 3_000)
        let ends = tokens.count { $0 == 2 }
        #expect((90...210).contains(ends), "\(ends) ends in 3,000 tokens")
    }

    @Test func `A batch yields what its sequences yield alone`() throws {
        let engine = try engine()
        let arena = try KVArena(layout: engine.layout, blockCount: 20)
        let request = SampleRequest(parameters: seeded, output: [])
        let batch = (0..<3).map { index in
            let tokens = prompt(40 + index, seed: UInt64(index))
            return StepSequence(
                tokens: tokens[...],
                position: 0,
                table: Fixture.table(engine.layout, tokens: 48, first: 4 * index),
                sample: request
            )
        }
        let together = try engine.step(batch, arena: arena) { _ in }
        let alone = try batch.flatMap { try engine.step([$0], arena: arena) { _ in } }
        #expect(together == alone)
        #expect(Set(together.map { $0.token?.id }).count > 1)
    }

    @Test func `KV that moved to other blocks of another arena continues identically`() throws {
        let engine = try engine()
        let prompt = prompt(100)
        let table = Fixture.table(engine.layout, tokens: 140)
        let (source, target) = (
            try KVArena(layout: engine.layout, blockCount: 9),
            try KVArena(layout: engine.layout, blockCount: 20)
        )
        let begun = try Fixture.generate(
            engine,
            arena: source,
            table: table,
            prompt: prompt,
            count: 10,
            parameters: seeded
        )
        let other = Array(Fixture.table(engine.layout, tokens: 140, first: 7).reversed())
        Fixture.move(table, from: source, to: target, as: other)
        let decoder = try self.engine()
        let moved = try Fixture.generate(
            decoder,
            arena: target,
            table: other,
            prompt: prompt,
            output: begun,
            count: 40,
            parameters: seeded
        )
        #expect(moved == (try generate(engine, prompt: prompt, count: 40)))
    }

    /// What can happen to KV between prefill and decode.
    enum Damage: CaseIterable {
        case missingBlock, swappedBlocks, wrongLayer, flippedStateBit, swappedHeads
    }

    @Test(arguments: Damage.allCases)
    func `Damaged KV changes the tokens`(damage: Damage) throws {
        let engine = try engine()
        let prompt = prompt(100)
        var table = Fixture.table(engine.layout, tokens: 140)
        let arena = try KVArena(layout: engine.layout, blockCount: 9)
        let begun = try Fixture.generate(
            engine,
            arena: arena,
            table: table,
            prompt: prompt,
            count: 1,
            parameters: seeded
        )
        func segment(_ layer: Int, _ block: Int) -> UnsafeMutableRawBufferPointer {
            arena.segment(layer: layer, block: table[block])
        }
        switch damage {
        case .missingBlock:
            for layer in 0..<4 { segment(layer, 2).initializeMemory(as: UInt8.self, repeating: 0) }
        case .swappedBlocks:
            table.swapAt(1, 3)
        case .wrongLayer:
            for block in 0..<6 {
                segment(0, block).copyMemory(from: UnsafeRawBufferPointer(segment(1, block)))
            }
        case .flippedStateBit:
            segment(0, 6)[(99 % 16) * 32] ^= 1
        case .swappedHeads:
            for layer in 0..<4 {
                for block in 0..<6 {
                    let bytes = Array(segment(layer, block))
                    let half = bytes.count / 2
                    segment(layer, block).copyBytes(from: bytes[half...] + bytes[..<half])
                }
            }
        }
        let damaged = try Fixture.generate(
            engine,
            arena: arena,
            table: table,
            prompt: prompt,
            output: begun,
            count: 30,
            parameters: seeded
        )
        #expect(damaged != (try generate(engine, prompt: prompt)))
    }

    @Test func `Log probabilities say that all output tokens are as likely`() throws {
        var parameters = seeded
        parameters.topLogprobs = 3
        let engine = try engine()
        let arena = try KVArena(layout: engine.layout, blockCount: 1)
        let step = StepSequence(
            tokens: [1, 2, 3],
            position: 0,
            table: [BlockIndex(rawValue: 0)],
            sample: SampleRequest(parameters: parameters, output: [])
        )
        let token = try #require(try engine.step([step], arena: arena) { _ in }.first?.token)
        #expect(abs((token.logprob ?? 0) + 3.912023) < 1e-5)
        #expect(token.top.count == 3)
        #expect(token.top.first?.token == token.id)
    }

    @Test func `Durations follow the cost model`() {
        func step(_ count: Int, at position: Int) -> StepSequence {
            StepSequence(
                tokens: Array(repeating: 1, count: count)[...],
                position: position,
                table: [],
                sample: nil
            )
        }
        let profile = Self.profile
        let cases: [([StepSequence], Double)] = [
            ([step(10, at: 0)], 0.010 + 0.004 + 1e-6 * 10 * 5),
            ([step(100, at: 0)], 0.010 + 0.010 + 1e-6 * 100 * 50),
            ([step(100, at: 300), step(1, at: 0)], 0.010 + 0.0101 + 1e-6 * (100 * 350 + 0.5)),
            ([step(1, at: 99), step(1, at: 199)], 0.005 + 0.002 + 1e-5 * 300),
            ([step(100, at: 0), step(1, at: 99)], 0.010 + 0.010 + 1e-6 * 5_000 + 0.005 + 0.001 + 1e-5 * 100),
        ]
        for (batch, seconds) in cases {
            #expect(abs(profile.stepSeconds(batch) - seconds) < 1e-9, "\(seconds) s")
        }
    }

    @Test func `Layers end no earlier than they are due, and a nested step moves them`() throws {
        let engine = try engine(timeScale: 0.5)
        let arena = try KVArena(layout: engine.layout, blockCount: 20)
        let tokens = prompt(100)
        let long = StepSequence(
            tokens: tokens[...],
            position: 0,
            table: Fixture.table(engine.layout, tokens: 100),
            sample: nil
        )
        let urgent = StepSequence(
            tokens: [1, 2],
            position: 0,
            table: Fixture.table(engine.layout, tokens: 2, first: 10),
            sample: nil
        )
        let (longSeconds, urgentSeconds) = (
            0.5 * Self.profile.stepSeconds([long]), 0.5 * Self.profile.stepSeconds([urgent])
        )
        let clock = ContinuousClock()
        let start = clock.now
        var due: [Duration] = []
        var failure: (any Error)?
        _ = try engine.step([long], arena: arena) { layer in
            due.append(clock.now - start)
            guard layer == 1 else { return }
            do { _ = try engine.step([urgent], arena: arena) { _ in } } catch { failure = error }
        }
        #expect(failure == nil)
        #expect(due.count == 4)
        for (layer, moment) in due.enumerated() {
            let nested = layer > 1 ? urgentSeconds : 0
            let earliest = longSeconds * Double(layer + 1) / 4 + nested
            #expect(moment.inSeconds >= earliest - 1e-6, "layer \(layer)")
            #expect(moment.inSeconds < earliest + 5, "layer \(layer)")
        }
    }

    @Test func `Steps that nest two deep yield what they yield alone, each at its own pace`() throws {
        let engine = try engine(timeScale: 0.2)
        let steps = [100, 40, 4].enumerated().map { index, count in
            StepSequence(
                tokens: prompt(count)[...],
                position: 0,
                table: Fixture.table(engine.layout, tokens: count, first: index * 8),
                sample: Fixture.anySample
            )
        }
        let alone = try KVArena(layout: engine.layout, blockCount: 30)
        let expected = try steps.map { try engine.step([$0], arena: alone) { _ in } }
        let arena = try KVArena(layout: engine.layout, blockCount: 30)
        let clock = ContinuousClock()
        var outcomes: [Int: [StepOutcome]] = [:]
        var times: [Int: Duration] = [:]
        var failure: (any Error)?
        func run(_ depth: Int) {
            let start = clock.now
            do {
                outcomes[depth] = try engine.step([steps[depth]], arena: arena) { layer in
                    if layer == 1, depth + 1 < steps.count { run(depth + 1) }
                }
            } catch { failure = error }
            times[depth] = clock.now - start
        }
        run(0)
        #expect(failure == nil)
        var least = 0.0
        for depth in steps.indices.reversed() {
            #expect(outcomes[depth] == expected[depth], "depth \(depth)")
            // A step takes its own time and that of the steps in it.
            least += 0.2 * Self.profile.stepSeconds([steps[depth]])
            #expect((times[depth]?.inSeconds ?? 0) >= least - 1e-6, "depth \(depth)")
            for layer in 0..<engine.layout.layerCount {
                for block in steps[depth].table {
                    let segments = [alone, arena].map {
                        Array(UnsafeRawBufferPointer($0.segment(layer: layer, block: block)))
                    }
                    #expect(segments[0] == segments[1], "depth \(depth), layer \(layer)")
                }
            }
        }
    }

    @Test func `A contradictory profile is refused with every problem`() {
        let error = #expect(throws: EngineError.self) {
            try engine {
                $0.headDim = 3
                $0.outputTokenCount = 2_000
                $0.decodeBaseSeconds = -1
            }
        }
        guard case .invalidProfile("test", let problems) = error else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
        #expect(problems.count == 3, "\(problems)")
    }

    @Test func `A profile can speak the vocabulary of a model file`() throws {
        let file = try Fixture.tinyModel()
        let profile = try Self.profile.speaking(vocabularyOf: file)
        #expect(profile.vocabularyCount == 261)
        #expect(profile.endTokens == [2])
        let output = Int(profile.firstOutputToken)..<Int(profile.firstOutputToken) + profile.outputTokenCount
        let types = try #require(try file.metadata.integers("tokenizer.ggml.token_type"))
        #expect(types[output].allSatisfy { $0 == 1 })
        #expect(output.count > 200)
        let engine = try PacedEngine(profile: profile, timeScale: 0, modelDigest: try file.modelDigest())
        #expect(engine.identity.modelDigest == (try file.modelDigest()))
        #expect(try generate(engine, prompt: [5, 6, 7]).allSatisfy { output.contains(Int($0)) })
    }
}
