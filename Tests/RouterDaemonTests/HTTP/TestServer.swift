import Logging
import RouterDaemon

/// Runs a listener on a free port of the loopback interface.
enum TestServer {
    /// Serves while `body` runs, then stops.
    static func run<Result: Sendable>(
        _ service: FakeService,
        settings: HTTPServerSettings = HTTPServerSettings(port: 0),
        _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let (ports, sink) = AsyncStream<Int>.makeStream()
        let server = try APIServer(
            settings: settings,
            service: service,
            version: "1.2.3",
            logger: logger,
            onListening: { sink.yield($0) }
        )
        return try await serve(ports, { try await server.run() }, body)
    }

    static var logger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// Runs `server` until `body` has used the port it announces.
    static func serve<Result: Sendable>(
        _ ports: AsyncStream<Int>,
        _ server: @escaping @Sendable () async throws -> Void,
        _ body: (Int) async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await server() } catch is CancellationError { return }
            }
            defer { group.cancelAll() }
            for await port in ports { return try await body(port) }
            throw CancellationError()
        }
    }

    /// Serves one request and returns its whole answer.
    static func answer(
        _ service: FakeService,
        settings: HTTPServerSettings = HTTPServerSettings(port: 0),
        _ method: String,
        _ path: String,
        body: String? = nil,
        headers: [String] = []
    ) async throws -> TestConnection.Answer {
        try await run(service, settings: settings) { port in
            try await TestConnection.open(port: port) { connection in
                try await connection.ask(method, path, body: body, headers: headers)
            }
        }
    }
}
