/// What a server without a model answers over HTTP: the right form, always the same text.
enum InstantAnswer {
    /// The parts of one answer, each sent by itself when tokens have a pace: the head, then the events.
    static func parts(path: String, body: [UInt8]) -> [[UInt8]] {
        let text = String(decoding: body, as: UTF8.self)
        let count = limit(in: text)
        let isChat = path.hasSuffix("/chat/completions")
        if text.contains("\"stream\":true") { return stream(isChat: isChat, count: count) }
        let words = String(repeating: " word", count: count)
        if path.hasSuffix("/generate") {
            let ids = repeatElement("17", count: count).joined(separator: ",")
            let meta = "{\"id\":\"0\",\"finish_reason\":{\"type\":\"length\",\"length\":\(count)}}"
            return [whole("{\"text\":\"\(words)\",\"output_ids\":[\(ids)],\"meta_info\":\(meta)}")]
        }
        let content =
            isChat ? "\"message\":{\"role\":\"assistant\",\"content\":\"\(words)\"}" : "\"text\":\"\(words)\""
        let choice = "{\"index\":0,\(content),\"logprobs\":null,\"finish_reason\":\"length\"}"
        return [whole("{\(head(isChat ? "chat.completion" : "text_completion")),\"choices\":[\(choice)]}")]
    }

    /// The answer to anything that is no request for tokens: alive, and serving a model.
    static func state(model: String) -> [UInt8] {
        whole(
            "{\"status\":\"ok\",\"model_path\":\"\(model)\",\"served_model_name\":\"\(model)\","
                + "\"data\":[{\"id\":\"\(model)\"}]}"
        )
    }

    private static func head(_ object: String) -> String {
        "\"id\":\"cmpl-0\",\"object\":\"\(object)\",\"created\":0,\"model\":\"null\""
    }

    private static func whole(_ body: String) -> [UInt8] {
        Array(
            """
            HTTP/1.1 200 OK\r
            Content-Type: application/json\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """.utf8
        )
    }

    private static func stream(isChat: Bool, count: Int) -> [[UInt8]] {
        let fields = "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked"
        var parts = ["HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n"]
        let object = isChat ? "chat.completion.chunk" : "text_completion"
        for index in 0..<count {
            let content = isChat ? "\"delta\":{\"content\":\" word\"}" : "\"text\":\" word\""
            let finish = index == count - 1 ? "\"length\"" : "null"
            let choice = "{\"index\":0,\(content),\"finish_reason\":\(finish)}"
            parts.append(chunk("data: {\(head(object)),\"choices\":[\(choice)]}\n\n"))
        }
        parts.append(chunk("data: [DONE]\n\n") + "0\r\n\r\n")
        return parts.map { Array($0.utf8) }
    }

    private static func chunk(_ text: String) -> String {
        "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
    }

    /// The client's limit on tokens; 1 without one.
    private static func limit(in text: String) -> Int {
        for key in ["\"max_tokens\":", "\"max_new_tokens\":", "\"max_completion_tokens\":"] {
            guard let range = text.firstRange(of: key) else { continue }
            let digits = text[range.upperBound...].drop { $0 == " " }.prefix { $0.isNumber }
            if let count = Int(digits) { return max(1, count) }
        }
        return 1
    }
}
