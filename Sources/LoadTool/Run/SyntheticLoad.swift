public import ServingTypes
public import Workload

/// Load of made prompts against one server, for programs that measure with this client.
public struct SyntheticLoad: Sendable {
    /// What came of it.
    public struct Result: Sendable {
        /// By index; times count from ``origin``.
        public var outcomes: [RequestOutcome]
        /// The start of the run on the monotonic clock, which all processes of a machine share.
        public var origin: Timestamp
    }

    /// Where the requests go.
    public var server: ServerAddress
    /// The interface of the server.
    public var backend = Backend.openai
    /// Asks for streams rather than whole answers.
    public var isStreamed = true
    /// Requests.
    public var count: Int
    /// When they are sent.
    public var arrivals: ArrivalProcess
    /// Tokens of each prompt.
    public var inputTokens: Int
    /// Tokens asked for in each answer.
    public var outputTokens: Int
    /// Event loops of the client.
    public var threads = 1
    /// Seed of arrivals and prompts.
    public var seed: UInt64 = 0

    /// Streams of completions with one event loop.
    public init(
        server: ServerAddress,
        count: Int,
        arrivals: ArrivalProcess,
        inputTokens: Int,
        outputTokens: Int
    ) {
        self.server = server
        self.count = count
        self.arrivals = arrivals
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
    }

    /// Sends the load and waits for the answers.
    ///
    /// - Throws: ``LoadToolError`` when the server cannot be reached, `WorkloadError` for lengths out of bounds.
    public func run() throws -> Result {
        let limits = limits
        let probe = probe
        let target = try probe.target()
        let form = try RequestForm(
            backend: backend,
            model: try probe.model(target),
            isStreamed: isStreamed,
            ignoresEnd: true
        )
        let source = PromptRequests(
            prompts: try SyntheticPrompts(
                count: count,
                lengths: try LengthRange(inputTokens: inputTokens, outputTokens: outputTokens),
                vocabulary: 300..<1_000,
                seed: seed
            ),
            count: count,
            form: form,
            names: RequestNames(run: .random(in: .min ... .max)),
            wordsPerToken: backend == .openai ? nil : 1
        )
        let client = LoadClient(target: target, limits: limits, threads: threads)
        let runner = LoadRunner(client: client, limits: limits)
        let record = try runner.run(RunPlan(source: source, arrivals: arrivals, seed: seed)) { _, _ in }
        try client.shutDown()
        return Result(outcomes: record.outcomes, origin: record.origin)
    }

    /// What the server answers to a `GET`, as text.
    ///
    /// - Throws: ``LoadToolError`` when it cannot be reached or does not answer 200.
    public func text(_ path: String) throws -> String {
        let answer = try HTTPFetch.get(path, from: try probe.target(), limits: limits)
        guard answer.status == 200 else {
            throw LoadToolError.notReady("\(server)\(path)", "it answers \(answer.status)")
        }
        return answer.body
    }

    private var limits: ClientLimits { ClientEnvironment.fitted(ClientLimits()) }

    private var probe: ServerProbe {
        ServerProbe(
            server: server,
            endpoint: backend.endpoint,
            headers: [("Content-Type", "application/json")],
            trust: .system,
            limits: limits,
            patience: 0
        )
    }
}
