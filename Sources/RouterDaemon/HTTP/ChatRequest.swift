internal import ServingTypes
internal import Tokenization

/// Reads the body of `/v1/chat/completions`.
enum ChatRequest {
    static func read(_ fields: FieldReader, for served: ServedModel) throws(APIError) -> ClientRequest {
        try UnsupportedFields.check(fields, isChat: true)
        var common = try CommonFields(fields, for: served)
        common.sampling.topLogprobs = try topLogprobs(fields)
        let tokens = try served.encode(chat: try messages(fields))
        return try ClientRequest(
            common,
            to: .chat,
            prompts: [ClientRequest.Prompt(tokens: tokens)],
            for: served,
            defaultMaxTokens: nil,
            promptField: "messages"
        )
    }

    private static func topLogprobs(_ fields: FieldReader) throws(APIError) -> Int? {
        let count = try fields.integer("top_logprobs", in: 0...RequestLimits.topLogprobs)
        guard try fields.bool("logprobs") == true else {
            guard count == nil || count == 0 else {
                throw .badField("top_logprobs", "top_logprobs needs logprobs to be true")
            }
            return nil
        }
        return count ?? 0
    }

    /// The conversation, text only.
    static func messages(_ fields: FieldReader) throws(APIError) -> [ChatMessage] {
        guard let values = try fields.array("messages", of: "messages") else {
            throw .missingField("messages", "it must be an array of messages")
        }
        guard !values.isEmpty else { throw .badField("messages", "messages must hold at least one message") }
        var messages: [ChatMessage] = []
        for (index, value) in values.enumerated() {
            guard case .object(let members) = value else {
                throw fields.mismatch("messages[\(index)]", "an object", value)
            }
            messages.append(try message(FieldReader(members, path: "messages[\(index)].")))
        }
        return messages
    }

    private static func message(_ fields: FieldReader) throws(APIError) -> ChatMessage {
        let roles = "one of \"system\", \"developer\", \"user\", \"assistant\""
        guard let role = try fields.string("role") else {
            throw .missingField(fields.name(of: "role"), "it must be \(roles)")
        }
        for field in ["tool_calls", "function_call", "audio"] where fields[field] != nil {
            throw .unsupported(
                fields.name(of: field),
                "\(fields.name(of: field)) is not supported: messages are text"
            )
        }
        let content = try content(fields)
        switch role {
        case "system", "developer": return ChatMessage(role: .system, content: content)
        case "user": return ChatMessage(role: .user, content: content)
        case "assistant": return ChatMessage(role: .assistant, content: content)
        case "tool", "function":
            throw .unsupported(fields.name(of: "role"), "messages of tools are not supported by this server")
        default: throw fields.mismatch("role", roles, .string(role))
        }
    }

    /// A string, or text parts joined by line ends.
    private static func content(_ fields: FieldReader) throws(APIError) -> String {
        let name = fields.name(of: "content")
        switch fields["content"] {
        case nil: throw .missingField(name, "it must be a string or an array of text parts")
        case .string(let text)?: return text
        case .array(let parts)?:
            var texts: [String] = []
            for (index, part) in parts.enumerated() {
                texts.append(try text(ofPart: part, name: "\(name)[\(index)]"))
            }
            return texts.joined(separator: "\n")
        case .some(let other): throw fields.mismatch("content", "a string or an array of text parts", other)
        }
    }

    private static func text(ofPart part: JSONValue, name: String) throws(APIError) -> String {
        guard case .object(let members) = part else {
            throw .badField(name, "\(name) must be a text part, got \(part.excerpt)")
        }
        let fields = FieldReader(members, path: name + ".")
        guard let type = try fields.string("type") else {
            throw .missingField(fields.name(of: "type"), "it must be \"text\"")
        }
        guard type == "text" else {
            let reason = "content of type \"\(type.prefix(60))\" is not supported: the model reads text only"
            throw .unsupported(name, reason)
        }
        guard let text = try fields.string("text") else {
            throw .missingField(fields.name(of: "text"), "it must be a string")
        }
        return text
    }
}
