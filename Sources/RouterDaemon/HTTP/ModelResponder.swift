internal import Hummingbird
internal import ServingTypes

/// Answers what concerns the model and not its workers: `/v1/models`, `/tokenize` and `/detokenize`.
struct ModelResponder: Sendable {
    let served: ServedModel

    /// The served model under each of its names.
    func list() -> Response {
        var writer = JSONWriter()
        writer.object { list in
            list.member("object", "list")
            list.key("data")
            list.array { models in
                for name in [served.name] + served.aliases { describe(name, to: &models) }
            }
        }
        return Response(json: writer.buffer)
    }

    /// One model.
    func retrieve(_ name: String) throws(APIError) -> Response {
        guard served.answers(to: name) else { throw .unknownModel(name, served: served.name) }
        var writer = JSONWriter()
        describe(name, to: &writer)
        return Response(json: writer.buffer)
    }

    private func describe(_ name: String, to writer: inout JSONWriter) {
        writer.object { model in
            model.member("id", name)
            model.member("object", "model")
            model.member("created", served.created)
            model.member("owned_by", "baton")
            model.member("root", served.name)
            model.member("max_model_len", served.contextTokens)
        }
    }

    /// The tokens of a prompt or a conversation, in the form of vLLM's endpoint.
    func tokenize(_ fields: FieldReader) throws(APIError) -> Response {
        _ = try CommonFields.model(fields, served)
        let tokens: [TokenID]
        if fields["messages"] != nil {
            try UnsupportedFields.check(fields, isChat: true)
            tokens = try served.encode(chat: try ChatRequest.messages(fields))
        } else if let text = try fields.string("prompt") {
            tokens = served.encode(text, addSpecial: try fields.bool("add_special_tokens") ?? true)
        } else {
            throw .missingField("prompt", "send text as prompt, or messages")
        }
        let spells = try fields.bool("return_token_strs") ?? false
        var writer = JSONWriter()
        writer.object { answer in
            answer.member("count", tokens.count)
            answer.member("max_model_len", served.contextTokens)
            answer.member("tokens", tokens)
            answer.key("token_strs")
            guard spells else { return answer.null() }
            answer.array { array in
                for token in tokens { array.string(served.tokenizer.vocabulary.tokens[Int(token)]) }
            }
        }
        return Response(json: writer.buffer)
    }

    /// The text of tokens, control tokens included, in the form of vLLM's endpoint.
    func detokenize(_ fields: FieldReader) throws(APIError) -> Response {
        _ = try CommonFields.model(fields, served)
        guard let values = try fields.array("tokens", of: "token ids") else {
            throw .missingField("tokens", "it must be an array of token ids")
        }
        let tokens = try served.tokens(values, field: "tokens")
        var writer = JSONWriter()
        writer.object { $0.member("prompt", served.tokenizer.decode(tokens, includesControl: true)) }
        return Response(json: writer.buffer)
    }
}
