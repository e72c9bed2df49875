import Foundation

/// What a client got: text, tokens by their spelling and log probabilities of every choice.
struct Answer: Equatable, Sendable {
    struct Choice: Equatable, Sendable {
        var text = ""
        var tokens: [String] = []
        var logprobs: [Double] = []
        var finish: String?
    }

    /// By index.
    private(set) var choices: [Int: Choice] = [:]
    private(set) var promptTokens = 0

    /// Nothing yet.
    init() {}

    /// Reads a whole answer.
    init(whole body: Data) throws {
        do {
            add(try JSONDecoder().decode(AnswerChunk.self, from: body))
        } catch {
            throw ClusterError("no answer: \(String(decoding: body, as: UTF8.self)): \(error)")
        }
    }

    /// The only choice of a request with `n` = 1.
    var only: Choice { choices[0] ?? Choice() }

    mutating func add(_ chunk: AnswerChunk) {
        if let usage = chunk.usage { promptTokens = usage.promptTokens }
        for news in chunk.choices {
            var choice = choices[news.index] ?? Choice()
            choice.text += news.text ?? news.message?.content ?? news.delta?.content ?? ""
            choice.tokens += news.logprobs?.tokens ?? news.logprobs?.content?.map(\.token) ?? []
            choice.logprobs += news.logprobs?.tokenLogprobs ?? news.logprobs?.content?.map(\.logprob) ?? []
            choice.finish = news.finishReason ?? choice.finish
            choices[news.index] = choice
        }
    }

    /// Whether both hold the same choices; how many prompt tokens were counted is told by whole answers only.
    func says(_ other: Answer) -> Bool { choices == other.choices }
}
