internal import Foundation
internal import ServingTypes
internal import Transport
internal import Wire

/// One real worker that prefills and decodes, its certificates, and the benchmark as its router.
final class StepsRig {
    /// What became of one request.
    struct Request {
        var assignedAt: Timestamp
        var tokenTimes: [Timestamp] = []
        var isOver = false

        /// From assignment to the first token.
        var ttft: Duration? { tokenTimes.first.map { $0 - assignedAt } }
    }

    private static let name = "steps-1"
    private static let patience = Duration.seconds(120)

    let registration: WorkerRegistration
    private let endpoint: RouterEndpoint
    private let process: BenchProcess
    private let cleanup: BenchGuard
    private let adminPort: UInt16
    private(set) var requests: [AttemptID: Request] = [:]

    /// Starts the worker and waits until it is registered.
    init(_ plan: StepsPlan, programs: String?) throws {
        let folder = try BenchFolder()
        cleanup = try BenchGuard(folder: folder.url)
        endpoint = RouterEndpoint(cluster: BenchFolder.cluster, name: "router")
        let identity = try TLSIdentity(settings: try folder.issue("router", roles: [.router]))
        let port = try endpoint.start(identity: identity, host: "127.0.0.1")
        _ = try folder.issue(Self.name, roles: [.decode])
        if let profile = try plan.profileYAML() { try folder.write(profile, to: "profile.yaml") }
        try folder.write(plan.yaml(name: Self.name, router: "127.0.0.1:\(port)"), to: "worker.yaml")
        let program = try Programs.path("baton-decode-worker", in: programs)
        process = try BenchProcess(
            name: Self.name,
            command: [program, "--config", folder.path("worker.yaml")],
            log: folder.url.appending(path: "worker.log")
        )
        do {
            try cleanup.add(process.identifier)
            registration = try Self.awaitRegistration(endpoint)
            adminPort = try process.number(after: "admin")
        } catch {
            process.kill()
            endpoint.stop()
            throw BenchFailure("\(error)\n\(process.tail)")
        }
    }

    /// Ends everything and removes the folder.
    func stop() {
        process.kill()
        endpoint.stop()
        do {
            try cleanup.finish()
        } catch {
            FileHandle.standardError.write(Data("cannot clean up: \(error)\n".utf8))
        }
    }

    /// The worker's latest load report.
    var load: LoadReport? { endpoint.load(of: Self.name) }

    /// The worker's metrics.
    func metrics() throws -> MetricsPage { try MetricsPage.fetch(port: adminPort) }

    /// Gives the worker a prompt that it has never seen, to be answered with so many tokens.
    func ask(_ prompt: [TokenID], tokens: Int, terms: ServiceTerms = ServiceTerms()) throws -> AttemptID {
        let attempt = AttemptID(request: RequestID(rawValue: .random()), number: 1)
        var sampling = SamplingParameters()
        sampling.temperature = 0
        sampling.maxTokens = tokens
        var assignment = Assignment(
            attempt: attempt,
            part: .whole,
            tokens: prompt,
            promptTokens: prompt.count,
            sampling: sampling,
            hashKey: BlockHashKey(rawValue: .random()),
            grant: Grant(rawValue: .random()),
            lease: .seconds(120)
        )
        assignment.terms = terms
        requests[attempt] = Request(assignedAt: MonotonicClock.now)
        try endpoint.send(.assign(assignment), to: Self.name)
        return attempt
    }

    /// Takes what the worker says until a moment.
    func listen(until deadline: Timestamp) throws {
        for event in endpoint.events(until: deadline) { try take(event) }
    }

    /// Takes what the worker says until these requests are over.
    func finish(_ attempts: [AttemptID]) throws {
        let deadline = MonotonicClock.now + Self.patience
        while attempts.contains(where: { requests[$0]?.isOver == false }) {
            guard MonotonicClock.now < deadline else {
                throw BenchFailure("the worker did not finish within \(Self.patience)\n\(process.tail)")
            }
            try listen(until: min(deadline, MonotonicClock.now + .seconds(1)))
        }
    }

    private func take(_ event: RouterEvent) throws {
        switch event {
        case .registered, .echoed: return
        case .tokens(let batch, _, let time):
            requests[batch.attempt]?.tokenTimes += batch.tokens.map { _ in time }
        case .answered(let answer, _):
            if let refusal = answer.refusal { throw BenchFailure("refused: \(refusal)\n\(process.tail)") }
        case .ended(let ended, _, _):
            if let failure = ended.failure { throw BenchFailure("failed: \(failure)\n\(process.tail)") }
            requests[ended.attempt]?.isOver = true
        case .lost(let worker, let reason):
            throw BenchFailure("lost \(worker): \(reason)\n\(process.tail)")
        }
    }

    private static func awaitRegistration(_ endpoint: RouterEndpoint) throws -> WorkerRegistration {
        let deadline = MonotonicClock.now + .seconds(60)
        while MonotonicClock.now < deadline {
            for event in endpoint.events(until: deadline) {
                if case .registered(let registration) = event { return registration }
                if case .lost(let worker, let reason) = event {
                    throw BenchFailure("lost \(worker): \(reason)")
                }
            }
        }
        throw BenchFailure("the worker did not register")
    }
}
