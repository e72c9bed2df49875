internal import ServingTypes

extension AnswerWriter {
    /// Writes the member `logprobs` in the endpoint's form; `null` unless asked for.
    func logprobs(_ delta: ChoiceDelta, to writer: inout JSONWriter) {
        writer.key("logprobs")
        guard request.fields.sampling.topLogprobs != nil, !delta.logprobs.isEmpty else {
            return writer.null()
        }
        switch request.endpoint {
        case .chat: chatLogprobs(delta.logprobs, to: &writer)
        case .completion: legacyLogprobs(delta.logprobs, to: &writer)
        }
    }

    /// One object per token.
    private func chatLogprobs(_ entries: [TokenLogprob], to writer: inout JSONWriter) {
        writer.object { logprobs in
            logprobs.key("content")
            logprobs.array { content in
                for entry in entries {
                    content.object { token in
                        chatToken(entry.token.id, entry.token.logprob, to: &token)
                        token.key("top_logprobs")
                        token.array { top in
                            for rival in entry.token.top {
                                top.object { chatToken(rival.token, rival.value, to: &$0) }
                            }
                        }
                    }
                }
            }
            logprobs.member("refusal", optional: nil)
        }
    }

    private func chatToken(_ token: TokenID, _ logprob: Float?, to writer: inout JSONWriter) {
        let bytes = served.tokenizer.bytes(of: token)
        writer.member("token", Self.spelling(of: bytes, prefix: ""))
        writer.key("logprob")
        writer.logprob(logprob ?? .nan)
        writer.key("bytes")
        writer.array { array in
            for byte in bytes { array.integer(Int(byte)) }
        }
    }

    /// Parallel arrays; the alternatives of a token as one object, with the sampled token among them.
    private func legacyLogprobs(_ entries: [TokenLogprob], to writer: inout JSONWriter) {
        writer.object { logprobs in
            logprobs.key("text_offset")
            logprobs.array { array in
                for entry in entries { array.integer(entry.textOffset) }
            }
            logprobs.key("token_logprobs")
            logprobs.array { array in
                for entry in entries { array.logprob(entry.token.logprob ?? .nan) }
            }
            logprobs.key("tokens")
            logprobs.array { array in
                for entry in entries { array.string(legacySpelling(of: entry.token.id)) }
            }
            logprobs.key("top_logprobs")
            guard request.fields.sampling.topLogprobs ?? 0 > 0 else { return logprobs.null() }
            logprobs.array { array in
                for entry in entries { array.object { legacyRivals(of: entry.token, to: &$0) } }
            }
        }
    }

    private func legacyRivals(of token: SampledToken, to writer: inout JSONWriter) {
        let sampled = token.logprob.map { SampledToken.Logprob(token: token.id, value: $0) }
        var seen: Set<String> = []
        for rival in token.top + [sampled].compactMap({ $0 }) {
            let spelling = legacySpelling(of: rival.token)
            guard seen.insert(spelling).inserted else { continue }
            writer.key(spelling)
            writer.logprob(rival.value)
        }
    }

    private func legacySpelling(of token: TokenID) -> String {
        Self.spelling(of: served.tokenizer.bytes(of: token), prefix: "bytes:")
    }

    /// The text of a token; bytes that are not whole characters are spelled `\xe2\x82`, as OpenAI does.
    private static func spelling(of bytes: ArraySlice<UInt8>, prefix: String) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return bytes.reduce(into: prefix) { text, byte in
            text += byte < 16 ? "\\x0" : "\\x"
            text += String(byte, radix: 16)
        }
    }
}
