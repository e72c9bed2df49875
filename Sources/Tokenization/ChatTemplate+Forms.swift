extension ChatTemplate {
    /// Source: OpenAI's ChatML; Qwen2, which states a system message when the conversation has none.
    func renderChatML(_ messages: [ChatMessage]) -> [PromptSegment] {
        var segments: [PromptSegment] = []
        if let system = style.defaultSystem, messages.first?.role != .system {
            segments.append(.control("<|im_start|>system\n\(system)<|im_end|>\n"))
        }
        for message in messages {
            segments.append(.control("<|im_start|>\(message.role.rawValue)\n"))
            segments.append(.text(message.content))
            segments.append(.control("<|im_end|>\n"))
        }
        return segments + [.control("<|im_start|>assistant\n")]
    }

    /// Source: Llama 3; of Llama 3.1's template the parts about tools and dates are left out.
    func renderLlama3(_ messages: [ChatMessage]) -> [PromptSegment] {
        var segments: [PromptSegment] = []
        for message in messages {
            segments.append(.control("<|start_header_id|>\(message.role.rawValue)<|end_header_id|>\n\n"))
            segments.append(.text(message.content))
            segments.append(.control("<|eot_id|>"))
        }
        return segments + [.control("<|start_header_id|>assistant<|end_header_id|>\n\n")]
    }

    /// Source: Zephyr 7B, TinyLlama 1.1B Chat.
    func renderZephyr(_ messages: [ChatMessage]) -> [PromptSegment] {
        var segments: [PromptSegment] = []
        for message in messages {
            segments.append(.control("<|\(message.role.rawValue)|>\n"))
            segments.append(.text(message.content))
            segments.append(.control("\(endText)\n"))
        }
        return segments + [.control("<|assistant|>\n")]
    }

    /// Source: Llama 2 Chat; every pair of turns is a text of its own, with begin and end token.
    func renderLlama2(_ conversation: ChatTurns) -> [PromptSegment] {
        var segments: [PromptSegment] = []
        for (index, turn) in conversation.turns.enumerated() {
            guard index.isMultiple(of: 2) else {
                segments += [.control(" "), .text(turn), .control(" \(endText)")]
                continue
            }
            segments.append(.control(index == 0 ? "[INST] " : "\(beginText)[INST] "))
            if index == 0, let system = conversation.system {
                segments += [.control("<<SYS>>\n"), .text(system), .control("\n<</SYS>>\n\n")]
            }
            segments += [.text(turn), .control(" [/INST]")]
        }
        return segments
    }

    /// Source: Mistral 7B Instruct 0.1 to 0.3 and Nemo, which differ in spaces and in where the system
    /// message goes.
    func renderMistral(_ conversation: ChatTurns) -> [PromptSegment] {
        var segments: [PromptSegment] = []
        let systemIndex = style.systemIsLast ? conversation.turns.count - 1 : 0
        for (index, turn) in conversation.turns.enumerated() {
            guard index.isMultiple(of: 2) else {
                segments += [.control(style.answerStart), .text(turn), .control(endText + style.answerEnd)]
                continue
            }
            segments.append(.control(style.instructionStart))
            if index == systemIndex, let system = conversation.system {
                segments += [.text(system), .control("\n\n")]
            }
            segments += [.text(turn), .control(style.instructionEnd)]
        }
        return segments
    }
}

extension ChatMessage {
    /// Without white space at both ends.
    var trimmed: ChatMessage {
        let scalars = content.unicodeScalars
        let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        let start = scalars.firstIndex { !isSpace($0) } ?? scalars.endIndex
        let end = scalars.lastIndex { !isSpace($0) }.map(scalars.index(after:)) ?? start
        return ChatMessage(role: role, content: String(scalars[start..<end]))
    }
}
