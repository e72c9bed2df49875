internal import Engine
internal import ServingTypes
internal import Tokenization

/// Asks seeded questions at every length and sums up what each budget answers.
struct SelectionBench {
    let engine: CPUEngine
    let tokenizer: Tokenizer
    let template: ChatTemplate
    let options: SelectionOptions

    /// Measures all lengths; `progress` is told what is done.
    func run(progress: (String) -> Void) throws -> SelectionReport {
        let variants = SelectionVariant.all(divisors: options.divisors)
        let lengths = try options.lengths.map { length in
            var generator = RetrievalGenerator(seed: options.seed &+ UInt64(length))
            let trials = try (0..<options.prompts).map { index in
                let trial = try trial(length: length, index, using: &generator)
                let result = try trial.run(variants)
                progress("\(length) tokens: \(index + 1) of \(options.prompts) prompts")
                return (trial, result)
            }
            return summary(trials, variants)
        }
        return SelectionReport(
            model: engine.identity.modelName,
            kvType: engine.layout.type.rawValue,
            seed: options.seed,
            facts: options.facts,
            asked: options.asked,
            sinkTokens: options.sinkTokens,
            recentTokens: options.recentTokens,
            queryTokens: options.queryTokens,
            poolingTokens: options.poolingTokens,
            lengths: lengths
        )
    }

    private func trial(length: Int, _ index: Int, using generator: inout RetrievalGenerator) throws
        -> SelectionTrial
    {
        let prompt = RetrievalPrompt(
            tokens: length,
            depth: (Double(index) + 0.5) / Double(options.prompts),
            facts: options.facts,
            asked: options.asked,
            using: &generator,
            count: { tokenizer.encode($0, addSpecial: false, parseSpecial: false).count }
        )
        let messages = [ChatMessage(role: .user, content: prompt.text)]
        var answer = tokenizer.encode(prompt.answer, addSpecial: false, parseSpecial: false)
        if let end = engine.identity.endTokens.first { answer.append(end) }
        return SelectionTrial(
            engine: engine,
            options: options,
            prompt: try tokenizer.encodeChat(messages, with: template),
            answer: answer
        )
    }

    private func summary(
        _ trials: [(SelectionTrial, SelectionTrial.Result)],
        _ variants: [SelectionVariant]
    ) -> SelectionReport.Length {
        let results = trials.map(\.1)
        let promptTokens = trials.reduce(0) { $0 + $1.0.prompt.count } / trials.count
        let budgets = variants.enumerated().map { index, variant in
            budget(variant, trials, results.map { $0.variants[index] })
        }
        let added = results.flatMap { result in
            result.variants.map { $0.seconds - result.lastStepSeconds }
        }
        return SelectionReport.Length(
            meanPromptTokens: promptTokens,
            prompts: trials.count,
            kvBytes: kvBytes(tokens: promptTokens),
            right: Self.share(results.map(\.full.isRight)),
            prefillMilliseconds: 1_000 * Self.median(results.map(\.prefillSeconds)),
            selectionMilliseconds: 1_000 * Self.median(added),
            budgets: budgets
        )
    }

    private func budget(
        _ variant: SelectionVariant,
        _ trials: [(SelectionTrial, SelectionTrial.Result)],
        _ outcomes: [SelectionTrial.Outcome]
    ) -> SelectionReport.Budget {
        let kept = trials.map { variant.budget(promptTokens: $0.0.prompt.count) }
        let steps = trials.reduce(0) { $0 + $1.0.answer.count - 1 }
        let tokens = kept.reduce(0, +) / kept.count
        return SelectionReport.Budget(
            method: variant.method,
            divisor: variant.divisor,
            meanTokens: tokens,
            kvBytes: kvBytes(tokens: tokens),
            right: Self.share(outcomes.map(\.isRight)),
            divergence: outcomes.reduce(0) { $0 + $1.divergence } / Double(steps)
        )
    }

    private func kvBytes(tokens: Int) -> Int {
        engine.layout.blockCount(tokens: tokens) * engine.layout.blockBytes
    }

    private static func share(_ claims: [Bool]) -> Double {
        Double(claims.count { $0 }) / Double(claims.count)
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
