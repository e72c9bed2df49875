internal import Engine
internal import ServingTypes
internal import Transport

/// Measures at the start what an engine's steps take on this machine, for the router's first predictions.
///
/// Takes about as long as prefilling four hundred tokens. Attention is not measured apart: over the calibrated range
/// its share is part of the cost per token.
enum Calibration {
    private static let shortTokens = 16
    private static let longTokens = 128
    private static let repetitions = 3

    static func measure(_ engine: any InferenceEngine) throws(EngineError) -> CostCoefficients {
        let long = min(longTokens, max(2, engine.identity.contextTokens / 2))
        let short = min(shortTokens, long / 2)
        let arena = try KVArena(layout: engine.layout, blockCount: engine.layout.blockCount(tokens: long + 1))
        let table = (0..<arena.blockCount).map { BlockIndex(rawValue: UInt32($0)) }
        let longTime = try best(engine, arena, table, position: 0, tokens: long)
        let shortTime = try best(engine, arena, table, position: 0, tokens: short)
        let decodeTime = try best(engine, arena, table, position: long, tokens: 1)
        var cost = CostCoefficients()
        cost.b = max(0, longTime - shortTime) / Double(long - short)
        cost.a = max(0, shortTime - cost.b * Double(short))
        cost.e = decodeTime
        return cost
    }

    /// The shortest of a few runs, in seconds: what disturbs a run only ever makes it longer.
    private static func best(
        _ engine: any InferenceEngine,
        _ arena: KVArena,
        _ table: [BlockIndex],
        position: Int,
        tokens: Int
    ) throws(EngineError) -> Double {
        let vocabulary = TokenID(engine.identity.vocabularyCount)
        let prompt = (0..<TokenID(tokens)).map { ($0 * 7 + 1) % vocabulary }
        let sequence = StepSequence(
            tokens: prompt[...],
            position: position,
            table: table,
            sample: SampleRequest(parameters: SamplingParameters(), output: [])
        )
        var best = Double.infinity
        for _ in 0..<repetitions {
            let start = MonotonicClock.now
            _ = try engine.step([sequence], arena: arena) { _ in }
            best = min(best, (MonotonicClock.now - start).inSeconds)
        }
        return best
    }
}
