/// Fields that clients know and this server does not serve: refused unless they ask for nothing.
///
/// Silence would be worse: a client that asks for JSON output must not believe that it gets it. Fields
/// that nobody knows are ignored, because clients send many.
enum UnsupportedFields {
    private struct Rule {
        var field: String
        /// Values that ask for nothing; an empty array, object or string is neutral everywhere.
        var neutral: [JSONValue] = []
        var reason: String
    }

    /// Throws for the first field that asks for something this server does not do.
    static func check(_ fields: FieldReader, isChat: Bool) throws(APIError) {
        for rule in isChat ? chatRules : completionRules {
            guard let value = fields[rule.field], !value.isEmpty, !rule.neutral.contains(value) else {
                continue
            }
            throw .unsupported(rule.field, "\(rule.field) is not supported: \(rule.reason)")
        }
        try checkFormat(fields)
    }

    private static func checkFormat(_ fields: FieldReader) throws(APIError) {
        guard let format = try fields.object("response_format") else { return }
        guard let type = try format.string("type") else {
            throw .missingField("response_format.type", "it must be \"text\"")
        }
        guard type == "text" else {
            throw .unsupported(
                "response_format",
                "response_format.type \"\(type.prefix(60))\" is not supported: answers are plain text"
            )
        }
    }

    private static let constrained = "this server does not constrain the output's form"
    private static let plainPenalties = "use presence_penalty or frequency_penalty"

    private static let chatRules = common + chat
    private static let completionRules = common + completion

    private static let common: [Rule] = [
        Rule(field: "guided_json", reason: constrained),
        Rule(field: "guided_regex", reason: constrained),
        Rule(field: "guided_choice", reason: constrained),
        Rule(field: "guided_grammar", reason: constrained),
        Rule(field: "structured_outputs", reason: constrained),
        Rule(field: "bad_words", reason: "use logit_bias"),
        Rule(field: "allowed_token_ids", reason: "use logit_bias"),
        Rule(field: "logits_processors", reason: "use logit_bias"),
        Rule(field: "repetition_penalty", neutral: [.integer(1), .number(1)], reason: plainPenalties),
        Rule(field: "length_penalty", neutral: [.integer(1), .number(1)], reason: "there is no beam search"),
        Rule(field: "use_beam_search", neutral: [.bool(false)], reason: "choices are sampled"),
        Rule(field: "prompt_logprobs", neutral: [.integer(0)], reason: "only output tokens have logprobs"),
        Rule(field: "skip_special_tokens", neutral: [.bool(true)], reason: "special tokens are never shown"),
        Rule(
            field: "include_stop_str_in_output",
            neutral: [.bool(false)],
            reason: "the stop string is cut off"
        ),
        Rule(field: "truncate_prompt_tokens", reason: "a prompt is served whole or refused"),
        Rule(field: "prompt_embeds", reason: "send text or token ids"),
        Rule(field: "return_token_ids", neutral: [.bool(false)], reason: "use /tokenize"),
        Rule(field: "kv_transfer_params", reason: "the router plans transfers itself"),
        Rule(field: "cache_salt", reason: "caches are separated by API key"),
    ]

    private static let completion: [Rule] = [
        Rule(field: "suffix", reason: "text is only continued, not filled in")
    ]

    private static let noTools = "this server does not parse tool calls"

    private static let chat: [Rule] = [
        Rule(field: "tools", reason: noTools),
        Rule(field: "tool_choice", neutral: [.string("none"), .string("auto")], reason: noTools),
        Rule(field: "functions", reason: noTools),
        Rule(field: "function_call", neutral: [.string("none"), .string("auto")], reason: noTools),
        Rule(field: "modalities", neutral: [.array([.string("text")])], reason: "answers are text"),
        Rule(field: "audio", reason: "answers are text"),
        Rule(field: "prediction", reason: "predicted outputs are not used"),
        Rule(field: "web_search_options", reason: "this server does not search"),
        Rule(field: "reasoning_effort", reason: "the model has no such setting"),
        Rule(field: "store", neutral: [.bool(false)], reason: "answers are not stored"),
        Rule(field: "chat_template", reason: "the model's own template is used"),
        Rule(field: "chat_template_kwargs", reason: "the model's own template is used as it is"),
        Rule(field: "documents", reason: "put them into a message"),
        Rule(field: "continue_final_message", neutral: [.bool(false)], reason: "use /v1/completions"),
        Rule(
            field: "add_generation_prompt",
            neutral: [.bool(true)],
            reason: "the answer is always the assistant's"
        ),
        Rule(field: "echo", neutral: [.bool(false)], reason: "a chat is not repeated"),
        Rule(field: "suffix", reason: "text is only continued, not filled in"),
    ]
}

extension JSONValue {
    /// Whether it is a string, array or object with nothing in it.
    fileprivate var isEmpty: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .array(let values): values.isEmpty
        case .object(let members): members.isEmpty
        case .null, .bool, .integer, .number: false
        }
    }
}
