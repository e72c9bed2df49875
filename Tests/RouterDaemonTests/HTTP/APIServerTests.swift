import Testing

@testable import RouterDaemon

/// Routes, keys, limits and forms of errors.
@Suite(.timeLimit(.minutes(2))) struct APIServerTests {
    static let chatBody = #"{"messages":[{"role":"user","content":"Hi"}]}"#
    static let keys = HTTPServerSettings(
        port: 0,
        apiKeys: [APIKey(key: "secret-1", tenant: "one"), APIKey(key: "secret-22", tenant: "two")]
    )

    let service: FakeService

    init() throws { service = FakeService(model: try TestModel.served(), script: StreamTests.hello) }

    @Test(
        arguments: [
            ("GET", "/nowhere", nil, 404, "unknown_url"),
            ("GET", "/v1/chat/completions", nil, 405, "method_not_allowed"),
            ("POST", "/v1/models", "{}", 405, "method_not_allowed"),
            ("GET", "/v1/models/other", nil, 404, "model_not_found"),
            ("POST", "/v1/completions", #"{"model":"other","prompt":"a"}"#, 404, "model_not_found"),
            ("POST", "/v1/completions", "{", 400, "invalid_json"),
            ("POST", "/v1/completions", "[]", 400, "invalid_json"),
            ("POST", "/v1/completions", "", 400, "invalid_json"),
            ("POST", "/v1/completions", #"{"prompt":3}"#, 400, "invalid_value"),
            ("POST", "/v1/completions", "{}", 400, "missing_required_parameter"),
            ("POST", "/detokenize", #"{"tokens":[262]}"#, 400, "invalid_value"),
            ("POST", "/tokenize", "{}", 400, "missing_required_parameter"),
        ] as [(String, String, String?, Int, String)]
    )
    func `errors have OpenAI's form`(
        method: String,
        path: String,
        body: String?,
        status: Int,
        code: String
    ) async throws {
        let answer = try await TestServer.answer(service, method, path, body: body)
        #expect(answer.head.status == status && answer.head.headers["content-type"] == "application/json")
        guard case .object(let members) = try JSONTests.parse(answer.body),
            case .object(let error) = members["error"]
        else {
            Issue.record("not an error object: \(answer.body)")
            return
        }
        #expect(Set(error.keys) == ["message", "type", "param", "code"] && error["code"] == .string(code))
        #expect(error["type"] == .string("invalid_request_error"))
        #expect((answer.head.headers["allow"] != nil) == (status == 405))
    }

    @Test(
        arguments: [
            ("text/plain", 415), ("application/json; charset=utf-8", 200), ("Application/JSON", 200),
            (nil, 200),
            ("application/vnd.api+json", 200),
        ] as [(String?, Int)]
    )
    func `bodies are JSON`(type: String?, status: Int) async throws {
        try await TestServer.run(service) { port in
            try await TestConnection.open(port: port) { connection in
                let type = type.map { "Content-Type: \($0)\r\n" } ?? ""
                let length = "Content-Length: \(Self.chatBody.utf8.count)\r\n"
                try await connection.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n\(type)\(length)\r\n\(Self.chatBody)"
                )
                #expect(try await connection.readHead().status == status)
            }
        }
    }

    @Test func `a client that waits for 100 Continue gets it, unless its body is not wanted`() async throws {
        let settings = HTTPServerSettings(port: 0, bodyLimitBytes: 1_000)
        try await TestServer.run(service, settings: settings) { port in
            for (length, status) in [(Self.chatBody.utf8.count, 100), (1_001, 413)] {
                try await TestConnection.open(port: port) { connection in
                    let lines = [
                        "POST /v1/chat/completions HTTP/1.1", "Host: x", "Expect: 100-continue",
                        "Content-Length: \(length)",
                    ]
                    try await connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
                    #expect(try await connection.readHead().status == status)
                    guard status == 100 else { return }
                    try await connection.send(Self.chatBody)
                    let head = try await connection.readHead()
                    #expect(head.status == 200 && head.headers["content-length"] != nil)
                    #expect(try await connection.readBody(head).contains("Hello world"))
                }
            }
        }
    }

    @Test(arguments: [true, false]) func `a body over the limit is refused`(isAnnounced: Bool) async throws {
        let settings = HTTPServerSettings(port: 0, bodyLimitBytes: 1_000)
        let text = String(repeating: "x", count: 1_001)
        try await TestServer.run(service, settings: settings) { port in
            try await TestConnection.open(port: port) { connection in
                let framing =
                    isAnnounced
                    ? "Content-Length: 1001\r\n\r\n\(text)"
                    : "Transfer-Encoding: chunked\r\n\r\n3E9\r\n\(text)\r\n0\r\n\r\n"
                try await connection.send("POST /v1/completions HTTP/1.1\r\nHost: x\r\n" + framing)
                let head = try await connection.readHead()
                #expect(head.status == 413)
                #expect(try await connection.readBody(head).contains("the limit of 1000 bytes"))
                #expect(
                    try await connection.ask("GET", "/health").head.status == 200,
                    "the connection lives on"
                )
            }
        }
    }

    @Test(
        arguments: [
            (nil, 401, "missing_api_key"), ("Bearer secret-3", 401, "invalid_api_key"),
            ("Bearer ", 401, "missing_api_key"),
            ("Bearer secret-1secret-1", 401, "invalid_api_key"), ("Basic secret-1", 401, "missing_api_key"),
            ("Bearer secret-1", 200, "object"), ("bearer secret-22", 200, "object"),
        ] as [(String?, Int, String)]
    )
    func `keys open the API`(authorization: String?, status: Int, code: String) async throws {
        let headers = authorization.map { ["Authorization: \($0)"] } ?? []
        try await TestServer.run(service, settings: Self.keys) { port in
            try await TestConnection.open(port: port) { connection in
                for (method, path, body) in [
                    ("GET", "/v1/models", nil), ("POST", "/v1/chat/completions", Self.chatBody),
                ] {
                    let answer = try await connection.ask(method, path, body: body, headers: headers)
                    #expect(answer.head.status == status && answer.body.contains(code))
                    #expect((answer.head.headers["www-authenticate"] == "Bearer") == (status == 401))
                }
                #expect(try await connection.ask("GET", "/health").head.status == 200, "probes need no key")
            }
        }
    }

    @Test(arguments: [("secret-1", "one"), ("secret-22", "two")])
    func `a key names its tenant`(key: String, tenant: String) async throws {
        let service = FakeService(model: service.model)
        try await TestServer.run(service, settings: Self.keys) { port in
            try await TestConnection.open(port: port) { connection in
                let headers = ["Authorization: Bearer \(key)", "X-Request-Id: my-id.7"]
                try await connection.send(
                    "POST",
                    "/v1/chat/completions",
                    body: Self.chatBody,
                    headers: headers
                )
                let call = try await service.nextCall()
                #expect(call.request.tenant == tenant && call.request.clientRequestID == "my-id.7")
                call.source.finish(.stop)
                #expect(try await connection.readHead().headers["x-request-id"] == "my-id.7")
            }
        }
    }

    @Test(arguments: [
        ("abc", true), ("a b", false), (String(repeating: "a", count: 129), false), ("é", false),
    ])
    func `a request id is kept if it can stand in a log`(id: String, isKept: Bool) async throws {
        let answer = try await TestServer.answer(service, "GET", "/health", headers: ["X-Request-Id: \(id)"])
        let returned = try #require(answer.head.headers["x-request-id"])
        #expect(isKept ? returned == id : returned.utf8.count == 32)
    }

    @Test func `readiness follows the workers`() async throws {
        try await TestServer.run(service) { port in
            try await TestConnection.open(port: port) { connection in
                #expect(try await connection.ask("GET", "/ready").head.status == 200)
                service.isReady = false
                let ready = try await connection.ask("GET", "/ready")
                #expect(ready.head.status == 503 && ready.head.headers["retry-after"] == "1")
                let chat = try await connection.ask("POST", "/v1/chat/completions", body: Self.chatBody)
                #expect(chat.head.status == 503)
                #expect(try await connection.ask("GET", "/health").body == #"{"status":"ok"}"#)
                let head = try await connection.ask("HEAD", "/health")
                #expect(head.head.status == 200 && head.head.headers["content-length"] == "15")
                #expect(try await connection.ask("GET", "/version").body == #"{"version":"1.2.3"}"#)
            }
        }
    }

    @Test func `models are listed and found under every name`() async throws {
        func model(_ id: String) -> String {
            #"{"id":"\#(id)","object":"model","created":1700000000,"owned_by":"baton","root":"test/model","#
                + #""max_model_len":1000}"#
        }
        try await TestServer.run(service) { port in
            try await TestConnection.open(port: port) { connection in
                let list = try await connection.ask("GET", "/v1/models")
                #expect(
                    list.body == #"{"object":"list","data":[\#(model("test/model")),\#(model("gpt-test"))]}"#
                )
                for path in ["/v1/models/test/model", "/v1/models/test%2Fmodel"] {
                    #expect(try await connection.ask("GET", path).body == model("test/model"))
                }
            }
        }
    }

    @Test func `text and tokens are turned into each other`() async throws {
        try await TestServer.run(service) { port in
            try await TestConnection.open(port: port) { connection in
                let tokens = try await connection.ask("POST", "/tokenize", body: #"{"prompt":"a<s>"}"#)
                #expect(
                    tokens.body == #"{"count":3,"max_model_len":1000,"tokens":[1,100,1],"token_strs":null}"#
                )
                let spelled = #"{"prompt":"a","add_special_tokens":false,"return_token_strs":true}"#
                #expect(
                    try await connection.ask("POST", "/tokenize", body: spelled).body
                        == #"{"count":1,"max_model_len":1000,"tokens":[100],"token_strs":["<0x61>"]}"#
                )
                let text = try await connection.ask("POST", "/detokenize", body: #"{"tokens":[1,100,260]}"#)
                #expect(text.body == #"{"prompt":"<s>a world"}"#)
                let chat = try await connection.ask("POST", "/tokenize", body: Self.chatBody)
                #expect(chat.body.hasPrefix("{\"count\":\(try StreamTests.promptTokens()),"))
            }
        }
    }
}
