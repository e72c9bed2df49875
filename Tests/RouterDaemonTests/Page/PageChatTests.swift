import ServingTypes
import Testing

@testable import RouterDaemon

/// The page's own way to the client API.
@Suite(.timeLimit(.minutes(2))) struct PageChatTests {
    static let path = "/ui/v1/chat/completions"
    static let body = #"{"messages":[{"role":"user","content":"a"}],"stream":true}"#

    @Test func `the page's chat streams, under the name that the page gives its request`() async throws {
        let service = FakeService(model: try TestModel.served(), script: StreamTests.hello)
        let answer = try await PageServer.run(service) { port in
            try await TestConnection.open(port: port) { connection in
                let headers = [
                    "Origin: http://127.0.0.1:7480", "Sec-Fetch-Site: same-origin", "X-Request-Id: ui-1",
                ]
                return try await PageServer.ask(
                    "POST",
                    Self.path,
                    body: Self.body,
                    headers: headers,
                    on: connection
                )
            }
        }
        #expect(answer.head.status == 200 && answer.body.hasSuffix("data: [DONE]\n\n"))
        #expect(answer.head.headers["content-type"] == "text/event-stream; charset=utf-8")
        #expect(answer.head.headers["x-request-id"] == "ui-1")
    }

    @Test(arguments: [
        ("a page of another site", ["Origin: https://evil.example"], "127.0.0.1:7480"),
        ("another port of this machine", ["Origin: http://127.0.0.1:8080"], "127.0.0.1:7480"),
        ("a page that hides where it is from", ["Origin: null"], "127.0.0.1:7480"),
        ("a page that says only how far it is", ["Sec-Fetch-Site: cross-site"], "127.0.0.1:7480"),
        ("a page of a neighbour", ["Sec-Fetch-Site: same-site"], "127.0.0.1:7480"),
        ("a name that was pointed here", ["Origin: http://evil.example"], "evil.example"),
    ])
    func `other pages may not ask`(requirement: String, headers: [String], host: String) async throws {
        let service = FakeService(model: try TestModel.served(), script: StreamTests.hello)
        let answer = try await PageServer.run(service) { port in
            try await TestConnection.open(port: port) { connection in
                try await PageServer.ask(
                    "POST",
                    Self.path,
                    host: host,
                    body: Self.body,
                    headers: headers,
                    on: connection
                )
            }
        }
        #expect(answer.head.status == 403 && answer.body.contains("foreign_page"), "\(requirement)")
    }

    @Test func `where the router has keys, the page needs one`() async throws {
        let key = APIKey(key: "secret", tenant: "operators")
        let settings = HTTPServerSettings(port: 0, apiKeys: [key])
        let service = FakeService(model: try TestModel.served()) { call in
            guard call.request.tenant == key.tenant else {
                call.source.fail(ServingError(.engine, "the tenant is \(call.request.tenant)"))
                return
            }
            StreamTests.hello(call)
        }
        try await PageServer.run(service, settings: settings) { port in
            try await TestConnection.open(port: port) { connection in
                let answer = try await PageServer.ask("POST", Self.path, body: Self.body, on: connection)
                #expect(answer.head.status == 401 && answer.body.contains("missing_api_key"))
            }
            try await TestConnection.open(port: port) { connection in
                let answer = try await PageServer.ask(
                    "POST",
                    Self.path,
                    body: Self.body,
                    headers: ["Authorization: Bearer secret"],
                    on: connection
                )
                #expect(answer.head.status == 200, "\(answer.body)")
            }
        }
    }

    @Test func `a page that is closed cancels its answer`() async throws {
        let service = FakeService(model: try TestModel.served())
        try await PageServer.run(service) { port in
            let call = try await TestConnection.open(port: port) { connection in
                let text =
                    "POST \(Self.path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(Self.body.utf8.count)\r\n\r\n"
                try await connection.send(text + Self.body)
                return try await service.nextCall()
            }
            #expect(try await service.nextCancellation() == call.request.id)
        }
    }

    @Test func `the rest of the client API is not on this listener`() async throws {
        try await PageServer.run(FakeService(model: try TestModel.served())) { port in
            try await TestConnection.open(port: port) { connection in
                for path in ["/v1/chat/completions", "/ui/v1/completions", "/ui/v1/chat/completions/x"] {
                    let answer = try await PageServer.ask("POST", path, body: Self.body, on: connection)
                    #expect(answer.head.status == 404, "\(path)")
                }
                let wrong = try await PageServer.ask("GET", Self.path, on: connection)
                #expect(wrong.head.status == 405)
            }
        }
    }
}
