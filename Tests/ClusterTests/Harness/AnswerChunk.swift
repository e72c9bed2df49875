/// One JSON object of an answer in OpenAI's form: a whole answer, or an event of a stream.
struct AnswerChunk: Decodable {
    struct Choice: Decodable {
        struct Message: Decodable {
            var content: String?
        }

        /// Parallel arrays for completions, one object per token for chats.
        struct Logprobs: Decodable {
            struct Token: Decodable {
                var token: String
                var logprob: Double
            }

            var tokens: [String]?
            var tokenLogprobs: [Double]?
            var content: [Token]?

            enum CodingKeys: String, CodingKey {
                case tokens, content
                case tokenLogprobs = "token_logprobs"
            }
        }

        var index: Int
        var text: String?
        var message: Message?
        var delta: Message?
        var logprobs: Logprobs?
        var finishReason: String?

        enum CodingKeys: String, CodingKey {
            case index, text, message, delta, logprobs
            case finishReason = "finish_reason"
        }
    }

    struct Usage: Decodable, Equatable {
        var promptTokens: Int
        var completionTokens: Int

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
        }
    }

    var choices: [Choice]
    var usage: Usage?
}
