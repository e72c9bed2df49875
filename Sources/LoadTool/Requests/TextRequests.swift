internal import Workload

/// Requests with the prompts of a file, from its start again when there are fewer than wanted.
struct TextRequests: RequestSource {
    let entries: [PromptFile.Entry]
    let count: Int
    let form: RequestForm
    let names: RequestNames
    /// Asked for where the file does not say.
    let outputTokens: Int

    var total: Int { count }

    func request(at index: Int, due: Duration?) -> OutgoingRequest {
        let entry = entries[index % entries.count]
        return OutgoingRequest(
            index: index,
            due: due,
            requestID: names.name(index),
            body: form.body(.text(entry.text), outputTokens: entry.outputTokens ?? outputTokens),
            promptTokens: Self.estimatedTokens(entry.text)
        )
    }

    /// A guess until the server counts: in English a token is about four bytes.
    private static func estimatedTokens(_ text: String) -> Int { max(1, text.utf8.count / 4) }
}
