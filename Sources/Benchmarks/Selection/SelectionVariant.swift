internal import Engine
internal import ServingTypes

/// One way to reduce a prompt's KV.
struct SelectionVariant: Hashable {
    /// What decides which tokens stay.
    enum Method: String, Hashable, Codable {
        /// First tokens, last tokens, and those that the prompt's end attends to.
        case attention
        /// First and last tokens only.
        case recent
    }

    let method: Method
    /// One part in how many of the prompt's tokens stays.
    let divisor: Int

    /// Every method at every budget; a whole prompt is the same for both.
    static func all(divisors: [Int]) -> [SelectionVariant] {
        divisors.flatMap { divisor in
            let attention = SelectionVariant(method: .attention, divisor: divisor)
            return divisor == 1
                ? [attention] : [attention, SelectionVariant(method: .recent, divisor: divisor)]
        }
    }

    /// Tokens that stay per layer and KV head.
    func budget(promptTokens: Int) -> Int { max(2, promptTokens / divisor) }

    /// The selection for a prompt; small budgets shrink its fixed parts to a quarter and a half.
    func selection(promptTokens: Int, _ options: SelectionOptions, table: [BlockIndex]) -> KVSelection {
        let budget = budget(promptTokens: promptTokens)
        let sinkTokens = min(options.sinkTokens, budget / 4)
        let recentTokens = min(options.recentTokens, budget / 2)
        return KVSelection(
            budgetTokens: budget,
            sinkTokens: sinkTokens,
            recentTokens: method == .attention ? recentTokens : budget - sinkTokens,
            queryTokens: options.queryTokens,
            poolingTokens: options.poolingTokens,
            table: table
        )
    }
}
