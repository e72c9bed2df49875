/// What differs between templates of one form, read from the literals of the Jinja text.
struct ChatTemplateStyle: Equatable, Sendable {
    /// Whether white space around a message is left out.
    let trims: Bool
    /// ChatML: what the template says as system when the conversation does not.
    let defaultSystem: String?
    /// Mistral: what is written before and after a user's message.
    let instructionStart: String
    let instructionEnd: String
    /// Mistral: what is written before and after (besides the end token) an assistant's message.
    let answerStart: String
    let answerEnd: String
    /// Mistral: whether the system message is put before the last user message, not the first.
    let systemIsLast: Bool

    init(_ jinja: JinjaText, form: ChatTemplate.Form) {
        trims = jinja.holds("| trim") || jinja.holds("|trim") || jinja.holds(".strip()")
        defaultSystem = form == .chatML ? Self.defaultSystem(in: jinja) : nil
        let leads = jinja.holds("' [INST]") || jinja.holds("\" [INST]")
        instructionStart = (leads ? " " : "") + (jinja.holds("[INST] ") ? "[INST] " : "[INST]")
        instructionEnd = jinja.holds(" [/INST]") ? " [/INST]" : "[/INST]"
        let spaced = ["' ' + message", "\" \" + message", "' ' + content", "\" \" + content"]
        answerStart = spaced.contains { jinja.holds($0) } ? " " : ""
        let trailing = ["eos_token + ' '", "eos_token + \" \"", "eos_token+' '", "eos_token+\" \""]
        answerEnd = trailing.contains { jinja.holds($0) } ? " " : ""
        systemIsLast = jinja.holds("loop.last and system_message")
    }

    /// The text of a literal `<|im_start|>system\n…<|im_end|>`: other literals end between the markers.
    private static func defaultSystem(in jinja: JinjaText) -> String? {
        for opening in ["<|im_start|>system\\n", "<|im_start|>system\n"] {
            let literal = jinja.texts(between: opening, and: "<|im_end|>").first { text in
                !text.isEmpty && !text.contains { "'\"{}".contains($0) }
            }
            if let literal { return JinjaText.unescapingNewlines(literal) }
        }
        return nil
    }
}
