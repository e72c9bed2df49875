public import ServingTypes
public import Tokenization

/// The model a router serves: its names, its context and how text becomes its tokens.
public struct ServedModel: Sendable {
    /// The name in answers and in `/v1/models`.
    public let name: String
    /// Further names that requests may use.
    public let aliases: [String]
    /// Most tokens of a prompt and its answer together.
    public let contextTokens: Int
    /// When it began to be served, in seconds since 1970.
    public let created: Int
    /// Text to tokens and back.
    public let tokenizer: Tokenizer
    /// How conversations become prompts, or why they cannot.
    public let chatTemplate: Result<ChatTemplate, ChatTemplateError>

    /// Reads the chat template from the tokenizer's vocabulary; a model without a known one serves
    /// completions only.
    public init(name: String, aliases: [String], contextTokens: Int, created: Int, tokenizer: Tokenizer) {
        self.name = name
        self.aliases = aliases
        self.contextTokens = contextTokens
        self.created = created
        self.tokenizer = tokenizer
        chatTemplate = Result { () throws(ChatTemplateError) in try ChatTemplate(tokenizer.vocabulary) }
    }

    /// Tokens that end an answer.
    public var endTokens: [TokenID] { tokenizer.endOfGenerationTokens }
}

extension ServedModel {
    /// Number of tokens in the vocabulary.
    var vocabularyTokens: Int { tokenizer.vocabulary.tokens.count }

    /// Whether requests may call the model so.
    func answers(to name: String) -> Bool { name == self.name || aliases.contains(name) }

    /// The tokens of a prompt that the client wrote whole, control tokens included.
    func encode(_ text: String, addSpecial: Bool) -> [TokenID] {
        tokenizer.encode(text, addSpecial: addSpecial, parseSpecial: true)
    }

    /// The tokens of a conversation.
    func encode(chat messages: [ChatMessage]) throws(APIError) -> [TokenID] {
        do {
            return try tokenizer.encodeChat(messages, with: try chatTemplate.get())
        } catch {
            throw .badField("messages", error.description)
        }
    }

    /// Token ids as a client sends them, checked against the vocabulary.
    func tokens(_ values: [JSONValue], field: String) throws(APIError) -> [TokenID] {
        var tokens: [TokenID] = []
        tokens.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard let id = value.asInteger, (0..<vocabularyTokens).contains(id) else {
                let place = "\(field)[\(index)]"
                throw .badField(
                    field,
                    "\(place) must be a token id from 0 to \(vocabularyTokens - 1), got \(value.excerpt)"
                )
            }
            tokens.append(TokenID(id))
        }
        return tokens
    }
}
