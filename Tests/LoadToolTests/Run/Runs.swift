import Benchmarks
import NIOCore
import ServingTypes
import Testing
import Workload

@testable import LoadTool

/// Runs against a null server in this process.
struct Runs {
    let target: ClientTarget
    let limits: ClientLimits
    var isStreamed = true
    var backend = Backend.openai

    /// Starts a server, uses it, and stops it.
    static func with<Result>(
        _ settings: NullServerSettings,
        limits: ClientLimits = ClientLimits(),
        backend: Backend = .openai,
        isStreamed: Bool = true,
        _ body: (Runs) throws -> Result
    ) throws -> Result {
        let server = try NullServer.start(settings)
        let result = Swift.Result {
            let address = ServerAddress(host: "127.0.0.1", port: server.port)
            let runs = Runs(
                target: try target(address, backend),
                limits: limits,
                isStreamed: isStreamed,
                backend: backend
            )
            return try body(runs)
        }
        try server.stop()
        return try result.get()
    }

    static func target(_ address: ServerAddress, _ backend: Backend = .openai) throws -> ClientTarget {
        try ClientTarget(
            server: address,
            socketAddress: try #require(try ClientTarget.resolve(address).first),
            endpoint: backend.endpoint,
            headers: [("Content-Type", "application/json")],
            trust: .system
        )
    }

    func form() throws -> RequestForm {
        try RequestForm(backend: backend, model: "null", isStreamed: isStreamed, ignoresEnd: false)
    }

    /// Sends made prompts of 4 tokens and asks for answers of `outputTokens`.
    func run(
        _ count: Int,
        outputTokens: Int = 6,
        arrivals: ArrivalProcess,
        maxConcurrency: Int? = nil,
        threads: Int = 2,
        configure: (inout RunPlan) -> Void = { _ in },
        during observe: (LoadRunner, LiveFigures) -> Void = { _, _ in }
    ) throws -> RunRecord {
        let source = PromptRequests(
            prompts: try SyntheticPrompts(
                count: count,
                lengths: LengthRange(inputTokens: 4, outputTokens: outputTokens),
                vocabulary: 1..<100,
                seed: 1
            ),
            count: count,
            form: try form(),
            names: RequestNames(run: 7),
            wordsPerToken: backend == .openai ? nil : 1
        )
        return try run(source, arrivals, maxConcurrency, threads, configure, observe)
    }

    func run(
        _ source: any RequestSource,
        _ arrivals: ArrivalProcess,
        _ maxConcurrency: Int? = nil,
        _ threads: Int = 2,
        _ configure: (inout RunPlan) -> Void = { _ in },
        _ observe: (LoadRunner, LiveFigures) -> Void = { _, _ in }
    ) throws -> RunRecord {
        let client = LoadClient(target: target, limits: limits, threads: threads)
        let runner = LoadRunner(client: client, limits: limits)
        var plan = RunPlan(source: source, arrivals: arrivals, maxConcurrency: maxConcurrency, seed: 1)
        configure(&plan)
        let result = Swift.Result { try runner.run(plan) { figures, _ in observe(runner, figures) } }
        try client.shutDown()
        return try result.get()
    }
}
