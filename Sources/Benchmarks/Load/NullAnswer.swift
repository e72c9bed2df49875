internal import NIOCore

/// The bytes of the answers of a null server, for completions or chats.
struct NullAnswer {
    private static let text = " a"

    let isChat: Bool

    /// Start of a stream.
    static let streamHead = """
        HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n
        """

    /// One token as an event in a chunk of its own.
    func token(isLast: Bool) -> String {
        let reason = isLast ? "\"length\"" : "null"
        let content = isChat ? "\"delta\":{\"content\":\"\(Self.text)\"}" : "\"text\":\"\(Self.text)\""
        let choice = "{\"index\":0,\(content),\"finish_reason\":\(reason)}"
        return Self.chunk("data: {\"id\":\"null\",\"object\":\"\(object)\",\"choices\":[\(choice)]}\n\n")
    }

    /// What follows the last token: the count of tokens and the mark of the end.
    func end(tokens: Int) -> String {
        let usage =
            "data: {\"id\":\"null\",\"object\":\"\(object)\",\"choices\":[],\(Self.usage(tokens))}\n\n"
        return Self.chunk(usage + "data: [DONE]\n\n") + Self.chunk("")
    }

    /// A whole answer with its head.
    func whole(tokens: Int) -> String {
        let text = String(repeating: Self.text, count: tokens)
        let content =
            isChat ? "\"message\":{\"role\":\"assistant\",\"content\":\"\(text)\"}" : "\"text\":\"\(text)\""
        let choice = "{\"index\":0,\(content),\"finish_reason\":\"length\"}"
        let body = "{\"id\":\"null\",\"object\":\"\(object)\",\"choices\":[\(choice)],\(Self.usage(tokens))}"
        return Self.response(200, "application/json", body)
    }

    /// Any answer of known length.
    static func response(_ status: Int, _ type: String, _ body: String) -> String {
        "HTTP/1.1 \(status) Null\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// One chunk of a chunked body; an empty one ends it.
    static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    private var object: String { isChat ? "chat.completion.chunk" : "text_completion" }

    private static func usage(_ tokens: Int) -> String { "\"usage\":{\"completion_tokens\":\(tokens)}" }
}
