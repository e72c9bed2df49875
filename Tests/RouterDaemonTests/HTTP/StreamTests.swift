import ServingTypes
import Testing

@testable import RouterDaemon

/// The bytes that clients parse, for both endpoints.
@Suite struct StreamTests {
    static let messages = #""messages":[{"role":"user","content":"Hi"}]"#

    /// Answers "Hello world" in two batches, then the end token.
    static func hello(_ call: FakeService.Call) {
        let logprobs = call.request.sampling.topLogprobs != nil
        let top = SampledToken.Logprob(token: TestModel.world, value: -0.25)
        call.source.report(cachedTokens: 16)
        call.source.yield([
            SampledToken(id: TestModel.hello, logprob: logprobs ? -0.5 : nil, top: logprobs ? [top] : [])
        ])
        call.source.yield([SampledToken(id: TestModel.world, logprob: logprobs ? -1.5 : nil)])
        call.source.yield([SampledToken(id: TestModel.end)])
        call.source.finish(.stop)
    }

    static func ask(_ path: String, _ body: String) async throws -> TestConnection.Answer {
        let service = FakeService(model: try TestModel.served(), script: hello)
        return try await TestServer.answer(service, "POST", path, body: "{\(body)}")
    }

    /// Leaves out what differs from run to run.
    static func stable(_ text: String) -> String {
        text.replacing(#/"id":"(chatcmpl|cmpl)-[0-9a-f]{32}"/#) { "\"id\":\"\($0.output.1)\"" }
            .replacing(#/"created":[0-9]{10}/#, with: "\"created\":0")
    }

    static func promptTokens() throws -> Int {
        try TestModel.served().encode(chat: [.init(role: .user, content: "Hi")]).count
    }

    @Test func `a chat answers whole`() async throws {
        let answer = try await Self.ask("/v1/chat/completions", Self.messages)
        let prompt = try Self.promptTokens()
        #expect(answer.head.status == 200 && answer.head.headers["content-type"] == "application/json")
        let expected = [
            #"{"id":"chatcmpl","object":"chat.completion","created":0,"model":"test/model","choices":["#,
            #"{"index":0,"message":{"role":"assistant","content":"Hello world","refusal":null},"#,
            #""logprobs":null,"finish_reason":"stop"}],"#,
            #""usage":{"prompt_tokens":\#(prompt),"completion_tokens":3,"total_tokens":\#(prompt + 3),"#,
            #""prompt_tokens_details":{"cached_tokens":16}}}"#,
        ]
        #expect(Self.stable(answer.body) == expected.joined())
    }

    @Test func `a chat streams role, content, end, usage and DONE`() async throws {
        let answer = try await Self.ask(
            "/v1/chat/completions",
            Self.messages + #","model":"gpt-test","stream":true,"stream_options":{"include_usage":true}"#
        )
        let prompt = try Self.promptTokens()
        let head = #"data: {"id":"chatcmpl","object":"chat.completion.chunk","created":0,"model":"gpt-test","#
        func chunk(_ delta: String, _ finish: String) -> String {
            head + #""choices":[{"index":0,"delta":\#(delta),"logprobs":null,"#
                + #""finish_reason":\#(finish)}],"usage":null}"#
        }
        let expected = [
            chunk(#"{"role":"assistant","content":""}"#, "null"),
            chunk(#"{"content":"Hello world"}"#, "null"),
            chunk("{}", #""stop""#),
            head + #""choices":[],"usage":{"prompt_tokens":\#(prompt),"completion_tokens":3,"#
                + #""total_tokens":\#(prompt + 3),"prompt_tokens_details":{"cached_tokens":16}}}"#,
            "data: [DONE]",
        ]
        #expect(answer.head.headers["content-type"] == "text/event-stream; charset=utf-8")
        #expect(Self.stable(answer.body) == expected.map { $0 + "\n\n" }.joined())
    }

    @Test func `a completion streams text`() async throws {
        let answer = try await Self.ask("/v1/completions", #""prompt":"a","stream":true"#)
        let head =
            #"data: {"id":"cmpl","object":"text_completion","created":0,"model":"test/model","choices":"#
        #expect(
            Self.stable(answer.body)
                == head + #"[{"index":0,"text":"Hello world","logprobs":null,"finish_reason":"stop"}]}"#
                + "\n\ndata: [DONE]\n\n"
        )
    }

    @Test(arguments: ["/v1/chat/completions", "/v1/completions"])
    func `the first token makes a chunk although its text is held back`(path: String) async throws {
        let service = FakeService(model: try TestModel.served())
        let body = #"{"stream":true,\#(path.contains("chat") ? Self.messages : #""prompt":"a""#)}"#
        try await TestServer.run(service) { port in
            try await TestConnection.open(port: port) { connection in
                try await connection.send("POST", path, body: body)
                let call = try await service.nextCall()
                let character = TestModel.tokens("é")
                call.source.yield([character[0]])
                _ = try await connection.readHead()
                let first = try #require(try await connection.readChunk())
                #expect(first.hasPrefix("data: {") && !first.contains("é"), "\(first)")
                call.source.yield([character[1]])
                #expect(try await connection.readChunk()?.contains("é") == true)
                call.source.finish(.length)
            }
        }
    }

    @Test func `every chunk counts tokens when asked to`() async throws {
        let options = #""stream":true,"stream_options":{"include_usage":true,"continuous_usage_stats":true}"#
        let answer = try await Self.ask("/v1/completions", #""prompt":"a","# + options)
        #expect(answer.body.matches(of: #/"completion_tokens":3,/#).count == 2)
    }

    @Test func `a completion repeats its prompt when asked to`() async throws {
        let text = try await Self.ask("/v1/completions", #""prompt":"a\"","echo":true"#)
        #expect(text.body.contains(#""text":"a\"Hello world""#))
        let tokens = try await Self.ask("/v1/completions", #""prompt":[1,259],"echo":true"#)
        #expect(tokens.body.contains(#""text":"HelloHello world""#))
    }

    @Test func `log probabilities come in both forms`() async throws {
        let chat = try await Self.ask(
            "/v1/chat/completions",
            Self.messages + #","logprobs":true,"top_logprobs":1"#
        )
        let world = #"{"token":" world","logprob":"#
        let bytes = #","bytes":[32,119,111,114,108,100]"#
        let content = [
            #"{"token":"Hello","logprob":-0.5,"bytes":[72,101,108,108,111],"#
                + #""top_logprobs":[\#(world)-0.25\#(bytes)}]}"#,
            #"\#(world)-1.5\#(bytes),"top_logprobs":[]}"#,
        ]
        let expected = #""logprobs":{"content":[\#(content.joined(separator: ","))],"refusal":null}"#
        #expect(chat.body.contains(expected))
        let legacy = try await Self.ask("/v1/completions", #""prompt":"a","logprobs":1"#)
        #expect(
            legacy.body.contains(
                #""logprobs":{"text_offset":[0,5],"token_logprobs":[-0.5,-1.5],"tokens":["Hello"," world"],"#
                    + #""top_logprobs":[{" world":-0.25,"Hello":-0.5},{" world":-1.5}]}"#
            )
        )
    }

    @Test func `a token that is no whole character is spelled by its bytes`() async throws {
        let service = FakeService(model: try TestModel.served()) { call in
            call.source.yield(TestModel.tokens("é").map { SampledToken(id: $0.id, logprob: -.infinity) })
            call.source.finish(.length)
        }
        let body = #"{"prompt":"a","logprobs":0}"#
        let answer = try await TestServer.answer(service, "POST", "/v1/completions", body: body)
        #expect(answer.body.contains(#""tokens":["bytes:\\xc3","bytes:\\xa9"]"#))
        #expect(answer.body.contains(#""token_logprobs":[-9999.0,-9999.0]"#))
        #expect(answer.body.contains(#""top_logprobs":null"#) && answer.body.contains(#""text":"é""#))
    }
}
