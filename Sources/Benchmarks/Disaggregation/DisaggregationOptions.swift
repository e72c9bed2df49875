/// What ``DisaggregationBenchmark`` measures.
struct DisaggregationOptions {
    var engines: [ServingPlan.Engine]
    /// Prompt lengths in tokens.
    var promptTokens: [Int]
    /// Pairs of turns per prompt length.
    var pairs: Int
    /// Requests of a turn.
    var requests: Int
    /// Tokens of every answer.
    var outputTokens: Int
    /// Threads of each CPU engine.
    var threads: Int
    /// GGUF file of the model.
    var model: String
    var seed: UInt64
    var programs: String?
}
