/// Requests of one kind, ready to be sent, with different prompts.
struct RequestSet: Sendable {
    /// Different prompts; clients go round them.
    static let count = 64
    static let promptTokens = 128
    static let textBytes = 512

    /// Heads and bodies.
    let messages: [[UInt8]]
    /// What every complete answer holds.
    let mark: [UInt8]

    /// - Parameter vocabularyCount: token ids stay below it.
    init(_ kind: RequestKind, model: String, vocabularyCount: Int, dialect: RequestDialect = .openai) {
        messages = (0..<Self.count).map { index in
            let (path, body) = Self.request(
                kind,
                index,
                model: model,
                vocabularyCount: vocabularyCount,
                dialect: dialect
            )
            return Array(
                """
                POST \(path) HTTP/1.1\r
                Host: 127.0.0.1\r
                Content-Type: application/json\r
                Content-Length: \(body.utf8.count)\r
                \r
                \(body)
                """.utf8
            )
        }
        mark = Array((kind == .chatStream ? "data: [DONE]" : "\"finish_reason\"").utf8)
    }

    private static func request(
        _ kind: RequestKind,
        _ index: Int,
        model: String,
        vocabularyCount: Int,
        dialect: RequestDialect
    ) -> (path: String, body: String) {
        let limit = kind.answerTokens
        let options = "\"max_tokens\":\(limit),\"temperature\":0,\"ignore_eos\":true"
        switch (kind, dialect) {
        case (.tokens, .openai):
            let ids = tokens(index, vocabularyCount)
            return ("/v1/completions", "{\"model\":\"\(model)\",\"prompt\":[\(ids)],\(options)}")
        case (.tokens, .sglang):
            let ids = tokens(index, vocabularyCount)
            let sampling = "{\"max_new_tokens\":\(limit),\"temperature\":0,\"ignore_eos\":true}"
            return ("/generate", "{\"input_ids\":[\(ids)],\"sampling_params\":\(sampling)}")
        case (.completion, _):
            let prompt = text(index)
            return ("/v1/completions", "{\"model\":\"\(model)\",\"prompt\":\"\(prompt)\",\(options)}")
        case (.chatStream, _):
            let messages = "[{\"role\":\"user\",\"content\":\"\(text(index))\"}]"
            return (
                "/v1/chat/completions",
                "{\"model\":\"\(model)\",\"messages\":\(messages),\"stream\":true,\(options)}"
            )
        }
    }

    /// Ids that differ from the first block on.
    private static func tokens(_ index: Int, _ vocabularyCount: Int) -> String {
        (0..<promptTokens).map { "\(1 + (index * 977 + $0 * 31) % (vocabularyCount - 1))" }
            .joined(separator: ",")
    }

    /// Plain English that differs from the first word on; nothing in it needs an escape.
    static func text(_ index: Int) -> String {
        let sentence =
            "Question \(index): a machine that reads the prompt hands its memory of it to a machine that "
            + "writes the answer, and both keep count of every block. How long does the second one wait, "
            + "and what could make that shorter? "
        let repeated = String(repeating: sentence, count: textBytes / sentence.utf8.count + 1)
        return String(repeated.prefix(textBytes))
    }
}
