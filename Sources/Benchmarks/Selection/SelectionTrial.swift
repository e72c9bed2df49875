internal import Engine
internal import ServingTypes

/// One prompt, prefilled once and then decoded from its full KV and from every reduced one.
///
/// The expected answer is fed token by token: a greedy answer is right exactly if every token of it is the
/// likeliest one after those before, and all caches are compared on the same text.
struct SelectionTrial {
    /// What one variant yields.
    struct Outcome {
        /// Whether greedy decoding gives the whole expected answer.
        var isRight: Bool
        /// Kullback-Leibler divergence of the next token from the full cache's, summed over the answer, in nats.
        var divergence = 0.0
        /// Seconds of the prompt's last step, selection included.
        var seconds: Double
    }

    /// Rows of a prefill step.
    private static let chunkTokens = 512

    let engine: CPUEngine
    let options: SelectionOptions
    let prompt: [TokenID]
    /// Answer with its end token.
    let answer: [TokenID]

    /// What a trial found.
    struct Result {
        /// Seconds of the whole prefill, and of its last step, without selection.
        var prefillSeconds: Double
        var lastStepSeconds: Double
        var full: Outcome
        var variants: [Outcome]
    }

    /// Runs all variants.
    func run(_ variants: [SelectionVariant]) throws -> Result {
        let layout = engine.layout
        let sizes = [prompt.count] + variants.map { $0.budget(promptTokens: prompt.count) }
        let tables = Self.tables(sizes.map { layout.blockCount(tokens: $0 + answer.count) })
        let arena = try KVArena(layout: layout, blockCount: tables.reduce(0) { $0 + $1.count })
        let split = max(0, prompt.count - options.queryTokens)
        var prefillSeconds = 0.0
        for first in stride(from: 0, to: split, by: Self.chunkTokens) {
            let chunk = first..<min(first + Self.chunkTokens, split)
            prefillSeconds += try run(chunk, tables[0], nil, arena).seconds
        }
        let last = split..<prompt.count
        let plain = try run(last, tables[0], nil, arena)
        var outcomes = [Outcome(isRight: plain.likeliest == answer.first, seconds: plain.seconds)]
        for (variant, table) in zip(variants, tables.dropFirst()) {
            let selection = variant.selection(promptTokens: prompt.count, options, table: table)
            let step = try run(last, tables[0], selection, arena)
            // The first token comes from the full cache, at the prefill worker.
            outcomes.append(Outcome(isRight: step.likeliest == answer.first, seconds: step.seconds))
        }
        try decode(&outcomes, sizes: sizes, tables: tables, arena)
        return Result(
            prefillSeconds: prefillSeconds + plain.seconds,
            lastStepSeconds: plain.seconds,
            full: outcomes[0],
            variants: Array(outcomes.dropFirst())
        )
    }

    /// Runs some of the prompt's rows; yields the likeliest next token and the time.
    private func run(
        _ rows: Range<Int>,
        _ table: [BlockIndex],
        _ selection: KVSelection?,
        _ arena: KVArena
    ) throws -> (likeliest: TokenID?, seconds: Double) {
        let sequence = StepSequence(
            tokens: prompt[rows],
            position: rows.lowerBound,
            table: table,
            sample: Self.request,
            selection: selection
        )
        let clock = ContinuousClock()
        let start = clock.now
        let logits = try engine.logits([sequence], arena: arena)
        let seconds = (clock.now - start).inSeconds
        return (logits.first.flatMap { $0 }.flatMap(Self.likeliest), seconds)
    }

    /// Feeds the answer to all caches at once.
    private func decode(
        _ outcomes: inout [Outcome],
        sizes: [Int],
        tables: [[BlockIndex]],
        _ arena: KVArena
    ) throws {
        for (index, pair) in zip(answer, answer.dropFirst()).enumerated() {
            let batch = zip(sizes, tables).map { size, table in
                StepSequence(
                    tokens: [pair.0],
                    position: size + index,
                    table: table,
                    sample: Self.request,
                    rotaryOffset: prompt.count - size
                )
            }
            let logits = try engine.logits(batch, arena: arena).compactMap { $0 }
            let full = LogProbabilities(logits[0])
            for (variant, row) in logits.enumerated() {
                if Self.likeliest(row) != pair.1 { outcomes[variant].isRight = false }
                outcomes[variant].divergence += full.divergence(of: LogProbabilities(row))
            }
        }
    }

    private static let request = SampleRequest(parameters: SamplingParameters(), output: [])

    private static func likeliest(_ logits: [Float]) -> TokenID? {
        logits.indices.max { (logits[$0], $1) < (logits[$1], $0) }.map { TokenID($0) }
    }

    /// Blocks side by side.
    private static func tables(_ counts: [Int]) -> [[BlockIndex]] {
        var first = 0
        return counts.map { count in
            defer { first += count }
            return (first..<first + count).map { BlockIndex(rawValue: UInt32($0)) }
        }
    }
}
