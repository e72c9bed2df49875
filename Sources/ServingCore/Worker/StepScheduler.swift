/// Shares one engine step between decoding sequences and prompts: continuous batching with chunked prefill.
///
/// Every decoding sequence gets its one token first, so that prompts cannot stall running answers; what is left of
/// the token budget goes to prompts in order of arrival. Source: SARATHI-Serve (OSDI 2024), stall-free batching.
struct StepScheduler: Sendable {
    /// Most new tokens of a step.
    var stepTokens: Int

    /// New tokens for each prompt, given how many each still needs; at least one token in total when a prompt
    /// waits and nothing decodes.
    func promptChunks(decoding: Int, remaining: [Int]) -> [Int] {
        var budget = max(stepTokens - decoding, decoding == 0 ? 1 : 0)
        return remaining.map { tokens in
            let chunk = min(tokens, budget)
            budget -= chunk
            return chunk
        }
    }
}
