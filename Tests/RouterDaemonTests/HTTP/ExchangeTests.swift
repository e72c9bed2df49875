import ServingTypes
import Synchronization
import Testing

@testable import RouterDaemon

/// What the cluster is asked for, and when it is told to stop.
@Suite(.timeLimit(.minutes(2))) struct ExchangeTests {
    static let chatBody = #"{"messages":[{"role":"user","content":"Hi"}],"stream":true"#

    let service: FakeService

    init() throws { service = FakeService(model: try TestModel.served(contextTokens: 20_000)) }

    /// Sends a request and hands over the open connection.
    func during(
        _ body: String,
        path: String = "/v1/chat/completions",
        settings: HTTPServerSettings = HTTPServerSettings(port: 0),
        _ test: (TestConnection) async throws -> Void
    ) async throws {
        try await TestServer.run(service, settings: settings) { port in
            try await TestConnection.open(port: port) { connection in
                try await connection.send("POST", path, body: body)
                try await test(connection)
            }
        }
    }

    func readStream(_ connection: TestConnection) async throws -> String {
        let head = try await connection.readHead()
        return try await connection.readBody(head)
    }

    @Test func `later choices start at the first token of choice 0 and share its seed`() async throws {
        let body = #"{"prompt":"a","n":3,"seed":7,"user":"u"}"#
        try await during(body, path: "/v1/completions") { connection in
            let first = try await service.nextCall()
            #expect(first.request.sampling.choiceIndex == 0 && first.request.forkOf == nil)
            first.source.report(cachedTokens: 0)
            first.source.yield(TestModel.tokens("0"))
            var calls = [first]
            for index in 1...2 {
                let call = try await service.nextCall()
                #expect(call.request.sampling.choiceIndex == UInt32(index) && call.request.sampling.seed == 7)
                #expect(
                    call.request.forkOf == first.request.id && call.request.tokens == first.request.tokens
                )
                calls.append(call)
            }
            #expect(Set(calls.map(\.request.id)).count == 3)
            for (index, call) in calls.enumerated().reversed() {
                call.source.yield(TestModel.tokens("-\(index)"))
                call.source.finish(.length)
            }
            let answer = try await readStream(connection)
            #expect(answer.matches(of: #/"text":"([^"]*)"/#).map(\.output.1) == ["0-0", "-1", "-2"])
            #expect(answer.contains(#""completion_tokens":7"#), "2 + 2 + 3 tokens")
            #expect(answer.matches(of: #/"prompt_tokens":2,/#).count == 1, "the prompt counts once")
        }
    }

    @Test func `several prompts are answered by index`() async throws {
        let body = #"{"prompt":["a",[5,6]],"n":2}"#
        try await during(body, path: "/v1/completions") { connection in
            for letter in ["A", "B", "C", "D"] {
                let call = try await service.nextCall()
                let isFirstPrompt = call.request.tokens == [1, 100]
                #expect(isFirstPrompt || call.request.tokens == [5, 6])
                call.source.yield(TestModel.tokens(letter + (isFirstPrompt ? "1" : "2")))
                call.source.finish(.length)
            }
            let choices = try await readStream(connection).matches(
                of: #/"index":([0-9]),"text":"[A-D]([12])"/#
            )
            #expect(choices.map { "\($0.output.1)\($0.output.2)" } == ["01", "11", "22", "32"])
        }
    }

    @Test func `a stop string over token boundaries ends the choice in the cluster`() async throws {
        try await during(Self.chatBody + #","stop":"END","stream_options":{"include_usage":true}}"#) {
            connection in
            let call = try await service.nextCall()
            for text in ["a", "E", "ND", " more"] { call.source.yield(TestModel.tokens(text)) }
            let stream = try await readStream(connection)
            #expect(stream.matches(of: #/"content":"([^"]+)"/#).map(\.output.1).joined() == "a")
            #expect(stream.contains(#""finish_reason":"stop""#) && stream.contains(#""completion_tokens":4"#))
            #expect(stream.hasSuffix("data: [DONE]\n\n"))
            #expect(try await service.nextCancellation() == call.request.id)
        }
    }

    @Test func `text that may become a stop string is held back`() async throws {
        try await during(Self.chatBody + #","stop":"END"}"#) { connection in
            let call = try await service.nextCall()
            call.source.yield(TestModel.tokens("aE"))
            _ = try await connection.readHead()
            let first = try await connection.readChunk() ?? ""
            #expect(first.contains(#""content":"a""#))
            call.source.yield(TestModel.tokens("x"))
            #expect(try await connection.readChunk()?.contains(#""content":"Ex""#) == true)
            call.source.finish(.length)
        }
    }

    @Test(arguments: [true, false], [true, false])
    func `a client that leaves cancels its choices`(isStream: Bool, hasToken: Bool) async throws {
        try await TestServer.run(service) { port in
            let call = try await TestConnection.open(port: port) { connection in
                let body = #"{"messages":[{"role":"user","content":"Hi"}],"stream":\#(isStream)}"#
                try await connection.send("POST", "/v1/chat/completions", body: body)
                let call = try await service.nextCall()
                if hasToken {
                    call.source.yield(TestModel.tokens("a"))
                    if isStream { _ = try await connection.readHead() }
                }
                return call
            }
            #expect(try await service.nextCancellation() == call.request.id)
            #expect(call.source.isCancelled)
        }
    }

    @Test func `a client that does not read is closed, and its producer never waits`() async throws {
        let settings = HTTPServerSettings(port: 0, writeTimeout: .milliseconds(200))
        try await during(Self.chatBody + "}", settings: settings) { _ in
            let call = try await service.nextCall()
            // 6 MB: more than loopback sockets hold.
            for _ in 0..<6 {
                call.source.yield(Array(repeating: SampledToken(id: TestModel.block), count: 1_000))
            }
            #expect(try await service.nextCancellation() == call.request.id)
        }
    }

    @Test func `a request past its limit is 504, or an error event once it streams`() async throws {
        let settings = HTTPServerSettings(port: 0, requestTimeout: .seconds(3))
        try await during(Self.chatBody + "}", settings: settings) { connection in
            let call = try await service.nextCall()
            #expect(call.request.timeout == .seconds(3))
            let head = try await connection.readHead()
            #expect(head.status == 504)
            #expect(try await connection.readBody(head).contains(#""code":"deadline""#))
            #expect(try await service.nextCancellation() == call.request.id)
            try await connection.send("POST", "/v1/chat/completions", body: Self.chatBody + "}")
            try await service.nextCall().source.yield(TestModel.tokens("a"))
            let stream = try await readStream(connection)
            #expect(stream.contains(#""content":"a""#) && stream.contains(#"data: {"error":{"message":"#))
            #expect(stream.contains(#""code":"deadline"}}"#) && !stream.contains("[DONE]"))
        }
    }

    @Test func `a failure of one choice ends the stream with an error and cancels the others`() async throws {
        try await during(Self.chatBody + #","n":2}"#) { connection in
            let first = try await service.nextCall()
            first.source.yield(TestModel.tokens("a"))
            let second = try await service.nextCall()
            second.source.fail(ServingError(.engine, "out of \"luck\""))
            let stream = try await readStream(connection)
            #expect(
                stream.hasSuffix(
                    #"data: {"error":{"message":"out of \"luck\"","type":"server_error","param":null,"#
                        + "\"code\":\"engine\"}}\n\n"
                )
            )
            #expect(try await service.nextCancellation() == first.request.id)
        }
    }

    @Test(arguments: [
        (ServingErrorCode.noCapacity, 429, true), (.draining, 503, true), (.peerLost, 503, true),
        (.deadline, 504, false),
        (.badRequest, 400, false), (.cancelled, 503, true), (.leaseExpired, 500, false),
        (.checksum, 500, false),
        (.layoutMismatch, 500, false), (.unauthorized, 500, false), (.engine, 500, false),
        (.protocolViolation, 500, false),
    ])
    func `a refusal before the first token has its status`(
        code: ServingErrorCode,
        status: Int,
        invitesRetry: Bool
    ) async throws {
        let service = FakeService(model: service.model) { $0.source.fail(ServingError(code, "why")) }
        let answer = try await TestServer.answer(
            service,
            "POST",
            "/v1/chat/completions",
            body: Self.chatBody + "}"
        )
        #expect(answer.head.status == status && (answer.head.headers["retry-after"] != nil) == invitesRetry)
        #expect(
            answer.body.contains(#""message":"why""#) && answer.body.contains("\"code\":\"\(code.name)\"")
        )
    }

    @Test func `requests beyond the limit are told to come back, and places are freed`() async throws {
        let settings = HTTPServerSettings(port: 0, maxConcurrentRequests: 1)
        try await TestServer.run(service, settings: settings) { port in
            try await TestConnection.open(port: port) { first in
                try await first.send("POST", "/v1/chat/completions", body: Self.chatBody + "}")
                let call = try await service.nextCall()
                try await TestConnection.open(port: port) { second in
                    let refused = try await second.ask(
                        "POST",
                        "/v1/chat/completions",
                        body: Self.chatBody + "}"
                    )
                    #expect(refused.head.status == 429 && refused.head.headers["retry-after"] == "1")
                    #expect(refused.body.contains(#""type":"rate_limit_error""#))
                }
                call.source.yield(TestModel.tokens("a"))
                call.source.finish(.length)
                #expect(try await readStream(first).hasSuffix("data: [DONE]\n\n"))
                try await first.send("POST", "/v1/chat/completions", body: Self.chatBody + "}")
                let next = try await service.nextCall()
                next.source.finish(.stop)
                #expect(try await readStream(first).contains(#""finish_reason":"stop""#))
            }
        }
    }

    @Test func `a long prompt, which is read beside the others, is answered like a short one`() async throws {
        let prompt = String(repeating: "a", count: 17_000)
        let body = #"{"stream":true,"prompt":""# + prompt + #""}"#
        try await during(body, path: "/v1/completions") { connection in
            let call = try await service.nextCall()
            #expect(call.request.tokens.count >= prompt.utf8.count)
            call.source.yield(TestModel.tokens("b"))
            call.source.finish(.length)
            let answer = try await readStream(connection)
            #expect(answer.contains(#""text":"b""#) && answer.hasSuffix("data: [DONE]\n\n"))
        }
    }

    @Test func `a reader of the whole is told once, at the end`() {
        let told = Mutex(0)
        let (stream, source) = GenerationStream.make { _ in }
        stream.notify(atEndOnly: true) { told.withLock { $0 += 1 } }
        source.report(cachedTokens: 1)
        for text in ["a", "b"] { source.yield(TestModel.tokens(text)) }
        #expect(told.withLock { $0 } == 0)
        source.finish(.length)
        #expect(told.withLock { $0 } == 1)
        #expect(stream.take()?.tokens == TestModel.tokens("a") + TestModel.tokens("b"))
        let late = Mutex(0)
        let (ended, other) = GenerationStream.make { _ in }
        other.finish(.stop)
        ended.notify(atEndOnly: true) { late.withLock { $0 += 1 } }
        #expect(late.withLock { $0 } == 1)
    }
}
