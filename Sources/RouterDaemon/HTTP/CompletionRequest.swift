internal import ServingTypes

/// Reads the body of `/v1/completions`.
enum CompletionRequest {
    /// OpenAI's limit when the client sets none.
    private static let defaultMaxTokens = 16

    static func read(_ fields: FieldReader, for served: ServedModel) throws(APIError) -> ClientRequest {
        try UnsupportedFields.check(fields, isChat: false)
        var common = try CommonFields(fields, for: served)
        common.sampling.topLogprobs = try fields.integer("logprobs", in: 0...RequestLimits.topLogprobs)
        if let candidates = try fields.integer("best_of", in: 1...RequestLimits.choices),
            candidates != common.choiceCount
        {
            throw .unsupported(
                "best_of",
                "best_of \(candidates) is not supported: it must equal n, \(common.choiceCount)"
            )
        }
        let echoes = try fields.bool("echo") ?? false
        if echoes, common.sampling.topLogprobs != nil {
            throw .unsupported(
                "echo",
                "echo with logprobs is not supported: only output tokens have logprobs"
            )
        }
        return try ClientRequest(
            common,
            to: .completion,
            prompts: try prompts(fields, served, echoes: echoes),
            for: served,
            defaultMaxTokens: defaultMaxTokens,
            promptField: "prompt"
        )
    }

    /// Text, token ids, or an array of either.
    private static func prompts(
        _ fields: FieldReader,
        _ served: ServedModel,
        echoes: Bool
    ) throws(APIError) -> [ClientRequest.Prompt] {
        let expectation = "text, token ids, or an array of those"
        let addsSpecial = try fields.bool("add_special_tokens") ?? true
        guard let value = fields["prompt"] else { throw .missingField("prompt", "it must be \(expectation)") }
        let elements: [JSONValue]
        switch value {
        case .string: elements = [value]
        case .array(let values):
            guard let first = values.first else { throw fields.mismatch("prompt", expectation, value) }
            elements = first.asInteger == nil ? values : [value]
        case .null, .bool, .integer, .number, .object: throw fields.mismatch("prompt", expectation, value)
        }
        guard elements.count <= RequestLimits.choicesOverall else {
            let limit = RequestLimits.choicesOverall
            throw .badField("prompt", "prompt holds \(elements.count) prompts, at most \(limit) may be")
        }
        var prompts: [ClientRequest.Prompt] = []
        for element in elements {
            switch element {
            case .string(let text):
                let tokens = served.encode(text, addSpecial: addsSpecial)
                prompts.append(ClientRequest.Prompt(tokens: tokens, echo: echoes ? text : ""))
            case .array(let values):
                let tokens = try served.tokens(values, field: "prompt")
                prompts.append(
                    ClientRequest.Prompt(tokens: tokens, echo: echoes ? served.tokenizer.decode(tokens) : "")
                )
            case .null, .bool, .integer, .number, .object:
                throw fields.mismatch("prompt", expectation, element)
            }
        }
        return prompts
    }
}
