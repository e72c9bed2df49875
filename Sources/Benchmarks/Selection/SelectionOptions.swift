internal import ArgumentParser

/// What a measurement of selective KV varies.
struct SelectionOptions: ParsableArguments {
    @Option(parsing: .upToNextOption, help: "Prompt lengths, in tokens.")
    var lengths = [512, 1_024, 2_048, 3_840]

    @Option(parsing: .upToNextOption, help: "Budgets: one part in so many of the prompt's tokens stays.")
    var divisors = [32, 16, 8, 4, 2, 1]

    @Option(help: "Prompts for each length; the asked code stands at evenly spread depths.")
    var prompts = 20

    @Option(help: "Codes planted in each prompt, at most 10.")
    var facts = 4

    @Option(help: "Codes that each question asks for, at most as many as are planted.")
    var asked = 1

    @Option(help: "Leading tokens that always stay, at most a quarter of the budget.")
    var sinkTokens = 4

    @Option(help: "Trailing tokens that always stay, at most half of the budget.")
    var recentTokens = 64

    @Option(help: "Last tokens of the prompt whose attention decides.")
    var queryTokens = 24

    @Option(help: "Width of the window that takes its highest score; odd.")
    var poolingTokens = 15

    @Option(help: "Seed of the prompts.")
    var seed: UInt64 = 1

    func validate() throws {
        guard !lengths.isEmpty, lengths.allSatisfy({ $0 >= 64 }) else {
            throw ValidationError("--lengths must name lengths of 64 tokens at least")
        }
        guard !divisors.isEmpty, divisors.allSatisfy({ $0 >= 1 }) else {
            throw ValidationError("--divisors must name numbers from 1 on")
        }
        guard prompts >= 1, (1...10).contains(facts) else {
            throw ValidationError("--prompts must be at least 1, --facts 1 to 10")
        }
        guard (1...facts).contains(asked) else {
            throw ValidationError("--asked must be at least 1 and at most --facts, \(facts)")
        }
        guard sinkTokens >= 0, recentTokens >= 1, queryTokens >= 1 else {
            throw ValidationError("--sink-tokens must be at least 0, --recent-tokens and --query-tokens 1")
        }
        guard poolingTokens >= 1, poolingTokens % 2 == 1 else {
            throw ValidationError("--pooling-tokens must be odd")
        }
    }
}
