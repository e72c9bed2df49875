/// What one piece of an OpenAI-style answer says: an event of a stream, or a whole answer.
struct AnswerChunk {
    typealias Damage = JSONCursor.Damage

    /// The piece has at least one choice.
    private(set) var hasChoice = false
    /// A choice brings text, of the answer or of its reasoning, or a call of a tool.
    private(set) var hasText = false
    /// A completion has a text field, even if that is empty: half a character, or a token that is not shown.
    private(set) var hasTextField = false
    /// A choice says why it ended.
    private(set) var isLast = false
    private(set) var promptTokens: Int?
    private(set) var outputTokens: Int?
    private(set) var cachedTokens: Int?
    /// The message of an error that came instead.
    private(set) var error: String?

    /// Whether the piece counts as output for TTFT and ITL.
    var isOutput: Bool { hasText || (hasTextField && !isLast) }

    /// Reads a piece.
    ///
    /// - Parameter text: gets the text that the piece brings, as it stands in JSON with its escapes; `nil` for none.
    /// - Throws: `JSONCursor.Damage` when it is not one JSON object.
    init(_ bytes: UnsafeRawBufferPointer, text: inout [UInt8]?) throws(Damage) {
        var cursor = JSONCursor(bytes)
        try cursor.object { (name, cursor) throws(Damage) in
            switch name {
            case "choices":
                try cursor.array { (cursor) throws(Damage) in try readChoice(&cursor, &text) }
            case "usage": try readUsage(&cursor)
            case "error": try readError(&cursor)
            default: try cursor.skip()
            }
        }
        guard cursor.isAtEnd else { throw Damage() }
    }

    private mutating func readChoice(_ cursor: inout JSONCursor, _ text: inout [UInt8]?) throws(Damage) {
        hasChoice = true
        try cursor.object { (name, cursor) throws(Damage) in
            switch name {
            case "text":
                if try readText(&cursor, &text) { hasTextField = true }
            case "delta", "message": try readMessage(&cursor, &text)
            case "finish_reason":
                if try cursor.optionalString() != nil { isLast = true }
            default: try cursor.skip()
            }
        }
    }

    private mutating func readMessage(_ cursor: inout JSONCursor, _ text: inout [UInt8]?) throws(Damage) {
        var reasoning: [UInt8]?
        try cursor.object { (name, cursor) throws(Damage) in
            switch name {
            case "content": _ = try readText(&cursor, &text)
            case "reasoning_content", "reasoning": _ = try readText(&cursor, &reasoning)
            case "tool_calls" where cursor.next == UInt8(ascii: "["):
                try cursor.array { (cursor) throws(Damage) in
                    hasText = true
                    try cursor.skip()
                }
            default: try cursor.skip()
            }
        }
    }

    /// Takes a text; `false` for `null`.
    private mutating func readText(_ cursor: inout JSONCursor, _ text: inout [UInt8]?) throws(Damage) -> Bool
    {
        guard let piece = try cursor.optionalString() else { return false }
        if !piece.isEmpty { hasText = true }
        text?.append(contentsOf: piece)
        return true
    }

    private mutating func readUsage(_ cursor: inout JSONCursor) throws(Damage) {
        guard cursor.next == UInt8(ascii: "{") else { return try cursor.skip() }
        try cursor.object { (name, cursor) throws(Damage) in
            switch name {
            case "prompt_tokens": promptTokens = try cursor.optionalInteger()
            case "completion_tokens": outputTokens = try cursor.optionalInteger()
            case "prompt_tokens_details" where cursor.next == UInt8(ascii: "{"):
                try cursor.object { (name, cursor) throws(Damage) in
                    guard "cached_tokens" ~= name else { return try cursor.skip() }
                    cachedTokens = try cursor.optionalInteger()
                }
            default: try cursor.skip()
            }
        }
    }

    /// An error is an object with a message, or a message alone.
    private mutating func readError(_ cursor: inout JSONCursor) throws(Damage) {
        guard cursor.next == UInt8(ascii: "{") else {
            if let text = try cursor.optionalString() { error = String(decoding: text, as: UTF8.self) }
            return
        }
        var message: String?
        try cursor.object { (name, cursor) throws(Damage) in
            guard "message" ~= name, cursor.next == UInt8(ascii: "\"") else { return try cursor.skip() }
            message = String(decoding: try cursor.string(), as: UTF8.self)
        }
        error = message ?? "the server gave no message"
    }
}
