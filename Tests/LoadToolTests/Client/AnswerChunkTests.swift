import Testing

@testable import LoadTool

@Suite struct AnswerChunkTests {
    struct Facts: Equatable {
        var isOutput = false
        var isLast = false
        var tokens: Int?
        var error: String?
        var text = ""
    }

    @Test(arguments: [
        (
            "a completion's text is output",
            #"{"id":"c","choices":[{"index":0,"text":" a\nb","finish_reason":null}]}"#,
            Facts(isOutput: true, text: #" a\nb"#)
        ),
        (
            "an empty text is a token that is not shown yet",
            #"{"choices":[{"text":"","finish_reason":null}]}"#, Facts(isOutput: true)
        ),
        (
            "an empty text with a reason to finish is none",
            #"{"choices":[{"text":"","finish_reason":"stop"}]}"#, Facts(isLast: true)
        ),
        (
            "a chat's content is output",
            #"{"choices":[{"delta":{"role":"assistant","content":"x"}}]}"#, Facts(isOutput: true, text: "x")
        ),
        (
            "a chat's role alone is none", #"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#,
            Facts()
        ),
        (
            "null content is none", #"{"choices":[{"delta":{"content":null},"finish_reason":"length"}]}"#,
            Facts(isLast: true)
        ),
        (
            "reasoning is output", #"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#,
            Facts(isOutput: true)
        ),
        (
            "a tool call is output", #"{"choices":[{"delta":{"tool_calls":[{"id":1}]}}]}"#,
            Facts(isOutput: true)
        ),
        (
            "usage counts tokens",
            #" {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":12,"total_tokens":19}} "#,
            Facts(tokens: 12)
        ),
        ("null usage is none", #"{"choices":[],"usage":null}"#, Facts()),
        ("an error has its message", #"{"error":{"message":"no room","code":429}}"#, Facts(error: "no room")),
        ("an error may be a text", #"{"error":"no room"}"#, Facts(error: "no room")),
        (
            "what is unknown is stepped over",
            #"{"x":[1.5e-3,true,{"y":"}\""}],"choices":[{"logprobs":{"a":[null]},"text":"a"}]}"#,
            Facts(isOutput: true, text: "a")
        ),
    ])
    func `a piece says what it brings`(requirement: String, json: String, expected: Facts) throws {
        var text: [UInt8]? = []
        let chunk = try Array(json.utf8).withUnsafeBytes { try AnswerChunk($0, text: &text) }
        let facts = Facts(
            isOutput: chunk.isOutput,
            isLast: chunk.isLast,
            tokens: chunk.outputTokens,
            error: chunk.error,
            text: String(decoding: text ?? [], as: UTF8.self)
        )
        #expect(facts == expected, "\(requirement)")
    }

    @Test(arguments: [
        "", "[]", "{", #"{"choices":[{"text":"a}]}"#, #"{"choices":[}"#,
        #"{"usage":{"completion_tokens":"x"}}"#,
        #"{"a":1} {"b":2}"#, #"{"a":01x}"#, #"{"usage":{"completion_tokens":1234567890123456789012}}"#,
        String(repeating: "[", count: 100), #"{"a":"# + String(repeating: "[", count: 100_000),
    ])
    func `what is not one JSON object is refused`(text: String) {
        #expect(throws: JSONCursor.Damage.self) {
            var answer: [UInt8]?
            _ = try Array(text.utf8).withUnsafeBytes { try AnswerChunk($0, text: &answer) }
        }
    }

    @Test func `no prefix of an answer is read as an answer, and none reads beyond its end`() throws {
        let json =
            #"{"choices":[{"delta":{"content":"a\"b\\"},"finish_reason":null}],"usage":{"completion_tokens":3}}"#
        let bytes = Array(json.utf8)
        for count in 0..<bytes.count {
            let part = Array(bytes.prefix(count))
            #expect(throws: JSONCursor.Damage.self, "\(count) bytes") {
                var answer: [UInt8]?
                _ = try part.withUnsafeBytes { try AnswerChunk($0, text: &answer) }
            }
        }
    }
}
