import Testing

@testable import RouterDaemon

/// How a client chooses what may happen to its prompt's KV.
@Suite(.timeLimit(.minutes(2))) struct RequestClassTests {
    static let settings = HTTPServerSettings(
        port: 0,
        requestClasses: RequestClasses(names: ["exact", "fast", "small"], standard: "fast")
    )

    let service: FakeService

    init() throws { service = FakeService(model: try TestModel.served()) }

    @Test(
        arguments: [
            ("the default without a word", nil, nil, "fast"), ("the field", #""small""#, nil, "small"),
            ("the header", nil, "exact", "exact"),
            ("the field before the header", #""small""#, "exact", "small"),
            ("the field before a header that is wrong", #""small""#, "none", "small"),
            ("the header where the field is null", "null", "exact", "exact"),
        ] as [(String, String?, String?, String)],
        [("/v1/chat/completions", APIServerTests.chatBody), ("/v1/completions", #"{"prompt":"a"}"#)]
    )
    func `a request's class is`(
        choice: (requirement: String, field: String?, header: String?, expected: String),
        endpoint: (path: String, body: String)
    ) async throws {
        let field = choice.field.map { #""request_class":\#($0),"# } ?? ""
        let body = "{" + field + endpoint.body.dropFirst()
        try await TestServer.run(service, settings: Self.settings) { port in
            try await TestConnection.open(port: port) { connection in
                let headers = choice.header.map { ["X-Request-Class: \($0)"] } ?? []
                try await connection.send("POST", endpoint.path, body: body, headers: headers)
                let call = try await service.nextCall()
                #expect(call.request.requestClass == choice.expected, "\(choice.requirement)")
                call.source.finish(.stop)
                let head = try await connection.readHead()
                #expect(head.status == 200 && head.headers["x-request-class"] == choice.expected)
            }
        }
    }

    @Test(
        arguments: [
            (
                #""quick""#, nil, "request_class",
                #"request_class must be one of exact, fast, small, got "quick""#
            ),
            (
                nil, "quick", "X-Request-Class",
                #"X-Request-Class must be one of exact, fast, small, got "quick""#
            ),
            (#""""#, nil, "request_class", #"got """#),
            ("3", nil, "request_class", "request_class must be a string, got 3"),
        ] as [(String?, String?, String, String)]
    )
    func `a class that is none is refused with those that are`(
        field: String?,
        header: String?,
        param: String,
        message: String
    ) async throws {
        let body = "{" + (field.map { #""request_class":\#($0),"# } ?? "") + #""prompt":"a"}"#
        let answer = try await TestServer.answer(
            service,
            settings: Self.settings,
            "POST",
            "/v1/completions",
            body: body,
            headers: header.map { ["X-Request-Class: \($0)"] } ?? []
        )
        #expect(answer.head.status == 400)
        guard case .object(let members) = try JSONTests.parse(answer.body),
            case .object(let error) = members["error"], case .string(let text) = error["message"]
        else {
            Issue.record("not an error object: \(answer.body)")
            return
        }
        #expect(error["param"] == .string(param) && error["code"] == .string("invalid_value"))
        #expect(text.contains(message), "\(text)")
    }

    @Test func `without settings there is the exact class only`() {
        #expect(HTTPServerSettings().requestClasses == RequestClasses(names: ["exact"], standard: "exact"))
    }
}
