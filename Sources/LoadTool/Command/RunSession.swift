internal import Foundation
internal import NIOCore
internal import ServingTypes
internal import Workload

/// A server that was found ready and a client that is set up for it: what a run or a sweep needs.
final class RunSession {
    private static let tool = "baton-load"
    /// Warm-up requests in flight at most.
    private static let warmUpConcurrency = 16

    let options: RunOptions
    let dataset: Dataset
    let backend: Backend
    let server: ServerAddress
    private let form: RequestForm
    private let model: String
    private let limits: ClientLimits
    private let client: LoadClient
    let runner: LoadRunner
    private let progress: ProgressLine

    /// Reads the dataset and looks for the server.
    ///
    /// - Throws: ``LoadToolError`` with what is missing.
    init(_ options: RunOptions) throws {
        self.options = options
        dataset = try Dataset(options.dataset)
        backend = options.server.backend.flatMap(Backend.init(rawValue:)) ?? dataset.usualBackend
        server = try options.server.address()
        limits = ClientEnvironment.fitted(options.server.limits)
        let probe = ServerProbe(
            server: server,
            endpoint: options.server.endpoint ?? backend.endpoint,
            headers: try options.server.headers(environment: ProcessInfo.processInfo.environment),
            trust: options.server.trust,
            limits: limits,
            patience: options.traffic.readyCheckTimeoutSec
        )
        let target = try probe.target()
        model = try options.server.model ?? probe.model(target)
        form = try RequestForm(
            backend: backend,
            model: model,
            isStreamed: !options.server.noStream,
            ignoresEnd: options.server.ignoreEos,
            extra: options.server.extraBody
        )
        client = LoadClient(target: target, limits: limits, threads: options.server.threads)
        runner = LoadRunner(client: client, limits: limits)
        progress = ProgressLine(isQuiet: options.report.quiet)
    }

    /// Ends the client.
    func close() throws { try client.shutDown() }

    /// Whether the user has ended the run.
    var isStopped: Bool { runner.isStopped }

    /// Sends a first request to see whether the server answers, then those that warm it up.
    ///
    /// - Throws: ``LoadToolError/notReady(_:_:)`` with what the server said.
    func prepare() throws {
        if !options.traffic.skipTestRequest { try test() }
        let count = options.traffic.numWarmups
        guard count > 0, !isStopped else { return }
        progress.note("warming up with \(count) requests")
        _ = try runner.run(try sidePlan(count, concurrency: Self.warmUpConcurrency)) { _, _ in }
    }

    private func test() throws {
        let deadline = Date(timeIntervalSinceNow: options.traffic.readyCheckTimeoutSec)
        while !isStopped {
            let record = try runner.run(try sidePlan(1, concurrency: 1)) { _, _ in }
            guard let outcome = record.outcomes.first, outcome.failure != nil else { return }
            let detail = outcome.failureDetail ?? "no answer"
            guard Date() < deadline, outcome.failure != .badRequest else {
                throw LoadToolError.notReady(
                    "\(server)\(options.server.endpoint ?? backend.endpoint)",
                    detail
                )
            }
            Thread.sleep(forTimeInterval: 0.25)
        }
    }

    /// Requests beside the run: with prompts of another seed, so that they leave nothing in a prefix cache.
    private func sidePlan(_ count: Int, concurrency: Int) throws -> RunPlan {
        let names = RequestNames(run: .random(in: .min ... .max))
        let seed = ~options.traffic.seed
        var source = try dataset.source(count: count, seed: seed, form: form, names: names)
        if source.count > count { source = FirstRequests(source: source, count: count) }
        return RunPlan(source: source, arrivals: .closedLoop(concurrency: concurrency), seed: seed)
    }

    /// Carries out one run.
    ///
    /// - Parameters:
    ///   - rate: requests per second in place of what the options say.
    ///   - label: the run's name in reports.
    func run(rate: Double? = nil, label: String) throws -> RunResult {
        let traffic = options.traffic
        let names = RequestNames(run: .random(in: .min ... .max))
        let count = dataset.count(asked: count(at: rate))
        let source = try dataset.source(count: count, seed: traffic.seed, form: form, names: names)
        let arrivals = try traffic.arrivals(recorded: dataset.recordedArrivals, rate: rate)
        let plan = RunPlan(
            source: source,
            arrivals: arrivals,
            maxConcurrency: traffic.maxConcurrency,
            seed: traffic.seed,
            sendingLimit: traffic.duration.map { .fromSeconds($0) }
        )
        let faults = try FaultSchedule(try options.faults.faults())
        progress.begin(total: source.total)
        var record = try runner.run(plan, starting: faults.start) { progress.show($0, $1) }
        progress.end()
        faults.finish()
        try addStages(to: &record, names)
        return try result(record, arrivals, source.total, faults, label)
    }

    /// With a time limit and no number, as many as the rate brings in that time.
    private func count(at rate: Double?) -> Int? {
        let traffic = options.traffic
        guard traffic.numPrompts == nil, let duration = traffic.duration else { return traffic.numPrompts }
        guard let rate = rate ?? traffic.requestRate, rate.isFinite else { return 1_000_000 }
        return max(1, Int(rate * duration))
    }

    private func addStages(to record: inout RunRecord, _ names: RequestNames) throws {
        guard let path = options.routerLog else { return }
        let stages = try RouterLog.stages(path: path, names: names)
        for index in record.outcomes.indices {
            if let times = stages[record.outcomes[index].index] { record.outcomes[index].stages = times }
        }
    }

    private func result(
        _ record: RunRecord,
        _ arrivals: ArrivalProcess,
        _ total: Int,
        _ faults: FaultSchedule,
        _ label: String
    ) throws -> RunResult {
        var facts = try options.facts(limits)
        facts.merge(faults.facts) { _, fault in fault }
        facts["answers_with_usage"] = "\(record.answersWithUsage)"
        facts["stale_connection_retries"] = "\(record.retries)"
        var settings = RunSettings(
            label: label,
            target: "\(server)",
            backend: backend.rawValue,
            model: model,
            dataset: options.dataset.datasetName.rawValue,
            prompts: total,
            arrivals: arrivals,
            maxConcurrency: options.traffic.maxConcurrency,
            seed: options.traffic.seed,
            serviceLevels: try options.report.levels,
            percentiles: try options.report.percentiles,
            options: facts
        )
        settings.lengthBoundaries = try options.report.lengths
        var builder = ReportBuilder(settings: settings, keepsRows: !options.report.noRows)
        for outcome in record.outcomes { builder.add(outcome) }
        let date = Date(timeIntervalSince1970: record.startedAt).ISO8601Format()
        let end = record.outcomes.compactMap(\.ended).max() ?? .zero
        return RunResult(
            report: builder.report(duration: end, tool: Self.tool, startedAt: date),
            notes: RunNotes.notes(record, isStreamed: !options.server.noStream, arrivals) + faults.problems,
            isInterrupted: record.isInterrupted
        )
    }
}
