internal import NIOCore
internal import ServingTypes

/// Writes the answer to one request in OpenAI's JSON, whole or as a stream of chunks.
struct AnswerWriter: Sendable {
    /// The request that is answered.
    let request: ClientRequest
    /// For the spelling of tokens in log probabilities.
    let served: ServedModel
    /// What every chunk begins with: the answer's identifier, its kind, when it began, and the model.
    private let head: ByteBuffer

    init(_ request: ClientRequest, served: ServedModel, id: RequestID, created: Int) {
        self.request = request
        self.served = served
        head = JSONWriter.members { head in
            let endpoint = request.endpoint
            head.member("id", endpoint.idPrefix + id.description)
            head.member("object", request.fields.isStream ? endpoint.chunkObject : endpoint.wholeObject)
            head.member("created", created)
            head.member("model", request.fields.model)
        }
    }

    /// The whole answer.
    ///
    /// - Parameter choices: by index, complete.
    func whole(_ choices: [ChoiceDelta], usage: TokenUsage) -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { answer in
            answer.members(head)
            answer.key("choices")
            answer.array { array in
                for choice in choices { array.object { whole(choice, to: &$0) } }
            }
            answer.key("usage")
            usage.write(to: &answer)
        }
        return writer.buffer
    }

    private func whole(_ choice: ChoiceDelta, to writer: inout JSONWriter) {
        writer.member("index", choice.choice)
        switch request.endpoint {
        case .chat:
            writer.key("message")
            writer.object { message in
                message.member("role", "assistant")
                message.member("content", choice.text)
                message.member("refusal", optional: nil)
            }
        case .completion: writer.member("text", choice.text)
        }
        logprobs(choice, to: &writer)
        writer.member("finish_reason", optional: choice.finish?.word)
    }

}

// MARK: - Chunks

extension AnswerWriter {
    /// Writes what one choice adds as chunks, each an event.
    ///
    /// A chat sends the role and the end in chunks of their own, as OpenAI does. A completion's first chunk
    /// may be empty: clients that measure take it for the first token, whose text may be held back.
    ///
    /// - Parameter usage: tokens until now, to be told in every chunk.
    func chunks(_ delta: ChoiceDelta, usage: TokenUsage?, to writer: inout JSONWriter) {
        switch request.endpoint {
        case .completion:
            guard delta.isFirst || delta.hasContent || delta.finish != nil else { return }
            chunk(delta, usage: usage, to: &writer) { $0.member("text", delta.text) }
        case .chat:
            let silent = ChoiceDelta(choice: delta.choice)
            if delta.isFirst {
                chunk(silent, usage: usage, to: &writer) { choice in
                    choice.key("delta")
                    choice.object { message in
                        message.member("role", "assistant")
                        message.member("content", "")
                    }
                }
            }
            if delta.hasContent {
                var content = delta
                content.finish = nil
                chunk(content, usage: usage, to: &writer) { choice in
                    choice.key("delta")
                    choice.object { $0.member("content", delta.text) }
                }
            }
            if let finish = delta.finish {
                var end = silent
                end.finish = finish
                chunk(end, usage: usage, to: &writer) { choice in
                    choice.key("delta")
                    choice.object { _ in }
                }
            }
        }
    }

    private func chunk(
        _ delta: ChoiceDelta,
        usage: TokenUsage?,
        to writer: inout JSONWriter,
        content: (inout JSONWriter) -> Void
    ) {
        writer.event { event in
            event.object { chunk in
                chunk.members(head)
                chunk.key("choices")
                chunk.array { choices in
                    choices.object { choice in
                        choice.member("index", delta.choice)
                        content(&choice)
                        logprobs(delta, to: &choice)
                        choice.member("finish_reason", optional: delta.finish?.word)
                    }
                }
                if let usage {
                    chunk.key("usage")
                    usage.write(to: &chunk)
                } else if request.fields.includesUsage {
                    chunk.member("usage", optional: nil)
                }
            }
        }
    }

    /// Writes the end of a complete stream, with the count of tokens when asked for.
    func end(usage: TokenUsage, to writer: inout JSONWriter) {
        if request.fields.includesUsage {
            writer.event { event in
                event.object { chunk in
                    chunk.members(head)
                    chunk.key("choices")
                    chunk.array { _ in }
                    chunk.key("usage")
                    usage.write(to: &chunk)
                }
            }
        }
        writer.lastEvent()
    }
}
