import Foundation
import NIOCore
import ServingTypes
import Testing
import Workload

@testable import LoadTool

@Suite struct RequestFormTests {
    private static func object(_ buffer: ByteBuffer) throws -> NSDictionary {
        let value = try JSONSerialization.jsonObject(with: Data(buffer.readableBytesView))
        return try #require(value as? NSDictionary)
    }

    @Test func `a completion asks with token ids and counts with usage`() throws {
        let form = try RequestForm(backend: .openai, model: "m \"x\"", isStreamed: true, ignoresEnd: true)
        let expected: NSDictionary = [
            "model": "m \"x\"", "temperature": 0, "ignore_eos": true, "stream": true,
            "stream_options": ["include_usage": true], "max_tokens": 5, "prompt": [0, 9, 10, 4_294_967_295],
        ]
        #expect(try Self.object(form.body(.tokens([0, 9, 10, .max]), outputTokens: 5)) == expected)
    }

    @Test func `a chat asks with messages`() throws {
        let form = try RequestForm(backend: .openaiChat, model: "m", isStreamed: false, ignoresEnd: false)
        let text = "line\n\"quoted\" \\ \u{1} ä 🎉"
        let expected: NSDictionary = [
            "model": "m", "temperature": 0, "stream": false, "max_completion_tokens": 5,
            "messages": [["role": "user", "content": text]],
        ]
        #expect(try Self.object(form.body(.text(text), outputTokens: 5)) == expected)
    }

    @Test func `fields of the user replace ours`() throws {
        let extra = #"{"temperature": 0.5, "max_tokens": 3, "nested": {"a": [1, null]}}"#
        let form = try RequestForm(
            backend: .openai,
            model: "m",
            isStreamed: false,
            ignoresEnd: false,
            extra: extra
        )
        let expected: NSDictionary = [
            "model": "m", "temperature": 0.5, "stream": false, "max_tokens": 3,
            "nested": ["a": [1, NSNull()]],
            "prompt": [Int](),
        ]
        #expect(try Self.object(form.body(.tokens([]), outputTokens: 5)) == expected)
    }

    @Test(arguments: ["[1]", "{", #"{"prompt": "x"}"#, #"{"messages": []}"#])
    func `what cannot be added is refused with the option's name`(extra: String) {
        let error = #expect(throws: LoadToolError.self) {
            try RequestForm(backend: .openai, model: "m", isStreamed: true, ignoresEnd: false, extra: extra)
        }
        #expect(error?.description.hasPrefix("--extra-body") == true)
    }

    @Test(arguments: [
        (#"a\nb\t\"\\\/"#, "a\nb\t\"\\/"), (#"\u00e4\ud83c\udf89!"#, "ä🎉!"), (#"\ud83c"#, "\u{FFFD}"),
        (#"\u00"#, "\u{0}"),
        ("", ""),
    ])
    func `text of JSON is read back`(json: String, text: String) {
        #expect(JSONText.unescaped(Array(json.utf8)) == text)
    }

    @Test func `the next turn of a chat repeats what the model said`() throws {
        let lengths = try LengthRange(inputTokens: 3, outputTokens: 7)
        let settings = ConversationSettings(
            turns: 3...3,
            lengths: lengths,
            systemTokens: 2,
            meanThinkTime: .seconds(1)
        )
        let source = ChatRequests(
            plans: try ConversationPlans(count: 2, settings: settings, seed: 1),
            form: try RequestForm(backend: .openaiChat, model: "m", isStreamed: true, ignoresEnd: false),
            names: RequestNames(run: 1)
        )
        #expect(source.total == 6)
        var request = source.request(at: 1, due: .zero)
        #expect(request.index == 3)
        for turn in 1...2 {
            let next = try #require(request.next?(Array(#"said\n1"#.utf8), .seconds(10)))
            #expect(next.index == 3 + turn)
            #expect(try #require(next.due) >= .seconds(10), "the pause comes after the answer")
            let messages = try #require(try Self.object(next.body)["messages"] as? [[String: String]])
            #expect(
                messages.map { $0["role"] } == ["system"] + (0..<turn).flatMap { _ in ["user", "assistant"] }
                    + ["user"]
            )
            #expect(messages[messages.count - 2]["content"] == "said\n1")
            request = next
        }
        #expect(request.next?([], .seconds(20)) == nil, "the chat is over")
    }
}
