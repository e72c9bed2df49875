import AdminHTTP

@testable import Observability
@testable import RouterDaemon

/// The admin listener with the page on it, over a service that does what the test says.
enum PageServer {
    /// Two samples, of which the second has all that there may be.
    static let samples: [RecentRates.Sample] = {
        var full = RecentRates.Sample(number: 2, unixMilliseconds: 2_000)
        full.requestRate = 1.5
        full.waiting = 3
        full.firstToken = RecentRates.Quantiles(median: 0.081_234_5, high: 0.25)
        return [RecentRates.Sample(number: 1, unixMilliseconds: 1_000), full]
    }()

    static func run<Result: Sendable>(
        _ service: FakeService,
        settings: HTTPServerSettings = HTTPServerSettings(port: 0),
        _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let (ports, sink) = AsyncStream<Int>.makeStream()
        let responder = APIResponder(service: service, terms: APITerms(settings), version: "1") { _, _ in }
        let routes = AdminServer.routes { [] }
        PageRoutes(window: 10) { after in samples.filter { $0.number > after } }.add(to: routes)
        let front = AdminFront(
            pageGuard: PageGuard(listenHost: "router.example"),
            chat: PageChat(responder: responder, writeTimeout: settings.writeTimeout)
        )
        let server = AdminServer(
            port: 0,
            routes: routes,
            front: front.front,
            logger: TestServer.logger,
            onListening: { sink.yield($0) }
        )
        return try await TestServer.serve(ports, { try await server.run() }, body)
    }

    /// Sends one request, with nothing in it but what is given, and reads its answer.
    static func ask(
        _ method: String,
        _ path: String,
        host: String = "127.0.0.1:7480",
        body: String? = nil,
        headers: [String] = [],
        on connection: TestConnection
    ) async throws -> TestConnection.Answer {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)"] + headers
        if let body { lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
        try await connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
        let head = try await connection.readHead()
        guard method != "HEAD", head.status != 304 else {
            return TestConnection.Answer(head: head, body: "")
        }
        return TestConnection.Answer(head: head, body: try await connection.readBody(head))
    }
}
