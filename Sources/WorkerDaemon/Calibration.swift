internal import Engine
internal import ServingTypes
internal import Transport

/// Measures at the start what an engine's steps take on this machine: where the worker's own fit begins.
///
/// Takes about as long as prefilling eight hundred tokens.
struct Calibration {
    private static let longTokens = 128
    private static let shortTokens = 16
    /// Context behind which attention shows.
    private static let farTokens = 1_024
    private static let batch = 8
    private static let repetitions = 3

    private let engine: any InferenceEngine
    private let arena: KVArena
    private let long: Int
    private let short: Int
    private let far: Int

    static func measure(_ engine: any InferenceEngine) throws(EngineError) -> CostCoefficients {
        let calibration = try Calibration(engine)
        var cost = CostCoefficients()
        try calibration.measurePrefill(&cost)
        try calibration.measureDecode(&cost)
        return cost
    }

    private init(_ engine: any InferenceEngine) throws(EngineError) {
        self.engine = engine
        long = min(Self.longTokens, max(2, engine.identity.contextTokens / 2))
        short = min(Self.shortTokens, long / 2)
        far = min(Self.farTokens, engine.identity.contextTokens - 1)
        let blocks = max(
            engine.layout.blockCount(tokens: far + 1),
            Self.batch * engine.layout.blockCount(tokens: long + 1)
        )
        arena = try KVArena(layout: engine.layout, blockCount: blocks)
    }

    private func measurePrefill(_ cost: inout CostCoefficients) throws(EngineError) {
        let longTime = try best([sequence(position: 0, tokens: long)])
        let shortTime = try best([sequence(position: 0, tokens: short)])
        let oneTime = try best([sequence(position: 0, tokens: 1)])
        if far >= 2 * long {
            let farTime = try best([sequence(position: far - long, tokens: long)])
            cost.d = max(0, farTime - longTime) / Double(long * (far - long))
        }
        let linear = longTime - shortTime - cost.d * (pairs(long) - pairs(short))
        cost.b = max(0, linear) / Double(long - short)
        cost.a = max(0, shortTime - cost.b * Double(short) - cost.d * pairs(short))
        // What one token takes beyond the straight line is the reading of the weights.
        cost.m = max(0, oneTime - cost.a)
    }

    private func measureDecode(_ cost: inout CostCoefficients) throws(EngineError) {
        let oneTime = try best([sequence(position: long, tokens: 1)])
        let batch = (0..<Self.batch).map { sequence(position: long, tokens: 1, slot: $0) }
        let batchTime = try best(batch)
        if far > long {
            let farTime = try best([sequence(position: far, tokens: 1)])
            cost.g = max(0, farTime - oneTime) / Double(far - long)
        }
        let context = cost.g * Double(long + 1)
        cost.f = max(0, (batchTime - oneTime) / Double(Self.batch - 1) - context)
        cost.e = max(0, oneTime - cost.f - context)
    }

    /// Pairs of a token and a position that it sees, in a prompt from its start.
    private func pairs(_ tokens: Int) -> Double { Double(tokens * tokens) / 2 }

    /// New tokens behind what the arena holds there: any KV takes as long as any other.
    private func sequence(position: Int, tokens: Int, slot: Int = 0) -> StepSequence {
        let vocabulary = TokenID(engine.identity.vocabularyCount)
        let blocks = engine.layout.blockCount(tokens: position + tokens)
        return StepSequence(
            tokens: ((0..<TokenID(tokens)).map { ($0 * 7 + 1) % vocabulary })[...],
            position: position,
            table: (0..<blocks).map { BlockIndex(rawValue: UInt32(slot * blocks + $0)) },
            sample: SampleRequest(parameters: SamplingParameters(), output: [])
        )
    }

    /// The shortest of a few runs, in seconds: what disturbs a run only ever makes it longer.
    private func best(_ batch: [StepSequence]) throws(EngineError) -> Double {
        var best = Double.infinity
        for _ in 0..<Self.repetitions {
            let start = MonotonicClock.now
            _ = try engine.step(batch, arena: arena) { _ in }
            best = min(best, (MonotonicClock.now - start).inSeconds)
        }
        return best
    }
}
