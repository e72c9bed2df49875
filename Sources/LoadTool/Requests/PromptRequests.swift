internal import ServingTypes
internal import Workload

/// One request for each prompt of a source.
struct PromptRequests: RequestSource {
    let prompts: any PromptSource
    /// Requests wanted; no more than there are prompts.
    let count: Int
    let form: RequestForm
    let names: RequestNames
    /// Send words instead of token ids, so many for each token; `nil` sends the ids.
    let wordsPerToken: Double?

    var total: Int { count }

    func request(at index: Int, due: Duration?) -> OutgoingRequest {
        let lengths = prompts.lengths(at: index)
        let prompt: Prompt =
            wordsPerToken.map { .text(prompts.text(at: index, wordsPerToken: $0)) }
            ?? .tokens(prompts.tokens(at: index))
        return OutgoingRequest(
            index: index,
            due: due,
            requestID: names.name(index),
            body: form.body(prompt, outputTokens: lengths.outputTokens),
            promptTokens: lengths.promptTokens,
            labels: prompts.labels(at: index)
        )
    }
}
