import ServingTypes

/// Renders conversations as the model was trained to read them.
///
/// Templates are shipped as Jinja programs. This recognizes the common forms by their markers and their
/// spacing by their literals, and renders them itself: text of users is never mixed into a program, and never
/// becomes a control token. Forms whose markers are not tokens (Llama 2's `[INST]`, Zephyr's `<|user|>` in
/// some vocabularies) cannot tell a marker in a user's text from their own; nothing that reads plain text
/// can. Source: the templates of the models named at each form; llama.cpp, `llama-chat.cpp`.
public struct ChatTemplate: Equatable, Sendable {
    /// The known ways to write a conversation.
    public enum Form: String, CaseIterable, Equatable, Sendable {
        /// `<|im_start|>role … <|im_end|>`: Qwen, SmolLM and many more.
        case chatML = "ChatML"
        /// `<|start_header_id|>role<|end_header_id|> … <|eot_id|>`.
        case llama3 = "Llama 3"
        /// `[INST] <<SYS>> … <</SYS>> … [/INST]`.
        case llama2 = "Llama 2"
        /// `[INST] … [/INST]`.
        case mistral = "Mistral"
        /// `<|user|>`, `<|assistant|>`, turns ended by the end token: Zephyr, TinyLlama.
        case zephyr = "Zephyr"

        static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

        /// Whether user and assistant must take turns.
        var alternates: Bool { self == .llama2 || self == .mistral }
    }

    /// How conversations are written.
    public let form: Form
    /// Whether a prompt starts with the begin token, whatever the vocabulary asks for other text.
    public let startsWithBegin: Bool

    let beginText: String
    let endText: String
    let style: ChatTemplateStyle

    /// Recognizes the template of `vocabulary`.
    ///
    /// - Throws: ``ChatTemplateError/missing`` or ``ChatTemplateError/unknownTemplate(start:)``.
    public init(_ vocabulary: Vocabulary) throws(ChatTemplateError) {
        guard let text = vocabulary.chatTemplate, !text.isEmpty else { throw .missing }
        let jinja = JinjaText(text)
        guard let form = Self.form(of: jinja) else {
            throw .unknownTemplate(start: String(text.prefix(60)))
        }
        self.form = form
        style = ChatTemplateStyle(jinja, form: form)
        beginText = vocabulary.beginToken.map { vocabulary.tokens[Int($0)] } ?? ""
        endText = vocabulary.endToken.map { vocabulary.tokens[Int($0)] } ?? ""
        let writesBegin = jinja.holds("bos_token") || (!beginText.isEmpty && jinja.holds(beginText))
        startsWithBegin = vocabulary.beginToken != nil && (vocabulary.addsBegin || writesBegin)
    }

    private static func form(of jinja: JinjaText) -> Form? {
        if jinja.holds("<|start_header_id|>"), jinja.holds("<|end_header_id|>") { return .llama3 }
        if jinja.holds("<|im_start|>") { return .chatML }
        if jinja.holds("[INST]") { return jinja.holds("<<SYS>>") ? .llama2 : .mistral }
        if jinja.holds("<|user|>"), jinja.holds("<|assistant|>"), jinja.holds("eos_token") { return .zephyr }
        return nil
    }

    /// The conversation as parts of a prompt that ends where the model's answer starts.
    ///
    /// The begin token at the start is not among them: ``Tokenizer/encodeChat(_:with:)`` puts it there.
    ///
    /// - Throws: ``ChatTemplateError`` when the messages do not fit the form.
    public func render(_ messages: [ChatMessage]) throws(ChatTemplateError) -> [PromptSegment] {
        guard !messages.isEmpty else { throw .noMessages }
        let messages = style.trims ? messages.map(\.trimmed) : messages
        switch form {
        case .chatML: return renderChatML(messages)
        case .llama3: return renderLlama3(messages)
        case .zephyr: return renderZephyr(messages)
        case .llama2: return renderLlama2(try ChatTurns(messages))
        case .mistral: return renderMistral(try ChatTurns(messages))
        }
    }
}

extension Tokenizer {
    /// The tokens of a conversation, up to where the model's answer starts.
    ///
    /// - Throws: ``ChatTemplateError`` when the messages do not fit the template.
    public func encodeChat(
        _ messages: [ChatMessage],
        with template: ChatTemplate
    ) throws(ChatTemplateError) -> [TokenID] {
        let tokens = encode(try template.render(messages), addSpecial: false)
        guard template.startsWithBegin, let begin = vocabulary.beginToken else { return tokens }
        return [begin] + tokens
    }
}
