internal import Foundation
internal import LoadTool
internal import ServingTypes
internal import Workload

/// Measures baton-load's client against a null server in a process of its own.
struct LoadBenchmark {
    /// Of the null server while times are compared.
    private static let firstTokenDelay = 20.0
    private static let tokenDelay = 5.0

    let requests: Int
    let concurrency: Int
    let inputTokens: Int
    let outputTokens: Int
    let timingRate: Double
    let timingSeconds: Double
    let seed: UInt64

    func run() throws -> LoadBenchReport {
        let rates = LoadBenchReport.Rates(
            whole: try rate(isStreamed: false),
            stream: try rate(isStreamed: true)
        )
        let timing = try timing()
        return LoadBenchReport(
            machine: .current,
            concurrency: concurrency,
            inputTokens: inputTokens,
            outputTokens: outputTokens,
            requestsPerSecond: rates,
            timing: timing,
            timingErrorMilliseconds: timing.ownErrorP99
        )
    }

    /// Requests per second with every connection busy; a tenth as many before, so that connections are there.
    private func rate(isStreamed: Bool) throws -> Double {
        try NullServerProcess.use(["--no-stamps"]) { server in
            var load = load(server.address, count: max(concurrency, requests / 10))
            load.isStreamed = isStreamed
            _ = try completed(load)
            load.count = requests
            let outcomes = try completed(load).outcomes
            guard let end = outcomes.compactMap(\.ended).max() else {
                throw BenchFailure("no request was answered")
            }
            return Double(outcomes.count) / end.inSeconds
        }
    }

    private func timing() throws -> LoadTimingReport {
        let delays = ["--ttft-ms", "\(Self.firstTokenDelay)", "--itl-ms", "\(Self.tokenDelay)"]
        return try NullServerProcess.use(delays) { server in
            var load = load(server.address, count: Int(timingRate * timingSeconds))
            load.arrivals = .poisson(rate: timingRate)
            let result = try completed(load)
            return try LoadTimingReport(result, rate: timingRate, stamps: try stamps(load))
        }
    }

    /// What the server has noted since it was last asked.
    private func stamps(_ load: SyntheticLoad) throws -> [NullStamps] {
        try load.text("/stamps").split(separator: "\n").map { line in
            guard let stamps = NullStamps(line: line) else {
                throw BenchFailure("the null server wrote \(line)")
            }
            return stamps
        }
    }

    private func load(_ server: ServerAddress, count: Int) -> SyntheticLoad {
        var load = SyntheticLoad(
            server: server,
            count: count,
            arrivals: .closedLoop(concurrency: concurrency),
            inputTokens: inputTokens,
            outputTokens: outputTokens
        )
        load.seed = seed
        return load
    }

    /// Carries out a load that must not fail.
    private func completed(_ load: SyntheticLoad) throws -> SyntheticLoad.Result {
        let result = try load.run()
        if let failed = result.outcomes.first(where: { $0.failure != nil }) {
            throw BenchFailure("request \(failed.index) failed: \(failed.failureDetail ?? "no detail")")
        }
        guard result.outcomes.count == load.count else {
            throw BenchFailure("\(result.outcomes.count) of \(load.count) requests ended")
        }
        return result
    }
}
