internal import Foundation
internal import ServingTypes

/// One streamed answer as its client saw it.
struct StreamedAnswer {
    /// From the first byte of the request to the first token.
    var ttft: Duration
    /// From the first token to the second.
    var gap: Duration
    /// From the first token to the last, shared out over the tokens after the first.
    var tpot: Duration
    var text: String
    /// Whether the first two tokens came each in a chunk of its own.
    ///
    /// They do not when they follow each other so fast that the router sends them together, or when it holds
    /// back text that may be the beginning of a character; the latter happens in every answer with the same
    /// text.
    var isSeparate: Bool

    /// To the second token: TTFT and gap.
    var tt2t: Duration { ttft + gap }

    /// What a chunk says that matters here.
    private struct Chunk: Decodable {
        struct Choice: Decodable { var text: String }
        struct Usage: Decodable {
            var completionTokens: Int

            enum CodingKeys: String, CodingKey { case completionTokens = "completion_tokens" }
        }

        var choices: [Choice]
        var usage: Usage
    }

    /// Reads the events of a completion that counts tokens in every chunk.
    ///
    /// A token counts from the chunk that brings it, alone or with others.
    ///
    /// - Throws: ``BenchFailure`` or `DecodingError` when the stream ends early or is none.
    static func read(sentAt: Timestamp, events: [AnswerReader.Event], tokenCount: Int) throws -> Self {
        precondition(tokenCount >= 2, "\(tokenCount) tokens have no gap")
        guard events.last?.data == "[DONE]" else {
            throw BenchFailure("the stream ended with \(events.last?.data.prefix(500) ?? "nothing")")
        }
        var arrivals: [(count: Int, at: Timestamp)] = []
        var text = ""
        for event in events.dropLast() {
            let chunk = try JSONDecoder().decode(Chunk.self, from: Data(event.data.utf8))
            text += chunk.choices.map(\.text).joined()
            if chunk.usage.completionTokens > arrivals.last?.count ?? 0 {
                arrivals.append((chunk.usage.completionTokens, event.at))
            }
        }
        guard let last = arrivals.last, last.count == tokenCount,
            let second = arrivals.first(where: { $0.count >= 2 })
        else {
            throw BenchFailure("the answer has \(arrivals.last?.count ?? 0) tokens of \(tokenCount)")
        }
        return StreamedAnswer(
            ttft: arrivals[0].at - sentAt,
            gap: second.at - arrivals[0].at,
            tpot: (last.at - arrivals[0].at) / (tokenCount - 1),
            text: text,
            isSeparate: arrivals[0].count == 1 && second.count == 2
        )
    }

    /// The body of the request: a prompt of token ids, so that its length is exact.
    static func request(prompt: [TokenID], tokenCount: Int) -> String {
        let tokens = prompt.map { "\($0)" }.joined(separator: ",")
        return
            "{\"prompt\":[\(tokens)],\"max_tokens\":\(tokenCount),\"temperature\":0,\"seed\":1,"
            + "\"ignore_eos\":true,\"stream\":true,\"stream_options\":{\"continuous_usage_stats\":true}}"
    }
}
