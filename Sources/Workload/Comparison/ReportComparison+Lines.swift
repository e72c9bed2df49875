import ServingTypes

extension ReportComparison {
    /// Intervals of a series that are needed before its spread says anything.
    private static let enoughIntervals = 10

    static func rates(_ base: RunReport, _ candidate: RunReport, _ random: inout SplitMix64) -> [Line] {
        var lines = [
            throughput("request_throughput", base, candidate, \.requestThroughput, \.completed, &random),
            throughput("output_throughput", base, candidate, \.outputThroughput, \.outputTokens, &random),
        ]
        if let before = base.goodFraction, let after = candidate.goodFraction {
            let interval = Bootstrap.shares(good(base), good(candidate))
            lines.append(line("good_fraction", before, after, interval, isLowerBetter: false))
        }
        let (before, after) = (failures(base), failures(candidate))
        if before.count > 0, after.count > 0 {
            let interval = Bootstrap.shares(before, after)
            let shares = [before, after].map { Double($0.hits) / Double($0.count) }
            lines.append(line("failed_fraction", shares[0], shares[1], interval, isLowerBetter: true))
        }
        return lines
    }

    private static func failures(_ report: RunReport) -> (hits: Int, count: Int) {
        (report.failed, report.completed + report.failed)
    }

    private static func good(_ report: RunReport) -> (hits: Int, count: Int) {
        let count = report.completed + report.failed
        return (Int(((report.goodFraction ?? 0) * Double(count)).rounded()), count)
    }

    /// A rate; its spread is that of the run's intervals.
    private static func throughput(
        _ key: String,
        _ base: RunReport,
        _ candidate: RunReport,
        _ rate: KeyPath<RunReport, Double>,
        _ column: KeyPath<RunSeries, [Int]>,
        _ random: inout SplitMix64
    ) -> Line {
        let (before, after) = (base[keyPath: rate], candidate[keyPath: rate])
        let columns = [base, candidate].map { report in
            report.series[keyPath: column].map {
                [Double($0) * Double(report.series.count) / report.durationSeconds]
            }
        }
        guard columns.allSatisfy({ $0.count >= enoughIntervals }) else {
            return line(key, before, after, nil, isLowerBetter: false)
        }
        let samples = columns.map(ClusteredSample.init)
        let interval = Bootstrap.differences([.mean], base: samples[0], candidate: samples[1], &random)[0]
        return line(key, before, after, interval, isLowerBetter: false)
    }

    static func latencies(_ base: RunReport, _ candidate: RunReport, _ random: inout SplitMix64) -> [Line] {
        let common = base.settings.percentiles.filter(candidate.settings.percentiles.contains)
        let wanted = [Statistic.mean, .percentile(50)] + common.filter { $0 != 50 }.map { .percentile($0) }
        // Without times of their own, requests are scheduled when they can be sent: it says nothing of the
        // server.
        let isOpenLoop = base.settings.isOpenLoop && candidate.settings.isOpenLoop
        return LatencyMetric.allCases.flatMap { metric -> [Line] in
            guard isOpenLoop || !metric.includesClientQueue else { return [] }
            guard let before = base.metrics[metric], let after = candidate.metrics[metric] else { return [] }
            let intervals = intervals(of: metric, wanted, base, candidate, &random)
            return wanted.enumerated().compactMap { index, statistic in
                guard let old = statistic.value(in: before), let new = statistic.value(in: after) else {
                    return nil
                }
                let key = "\(statistic.word)_\(metric.rawValue)_ms"
                return line(key, old, new, intervals?[index], isLowerBetter: true)
            }
        }
    }

    private static func intervals(
        of metric: LatencyMetric,
        _ wanted: [Statistic],
        _ base: RunReport,
        _ candidate: RunReport,
        _ random: inout SplitMix64
    ) -> [ClosedRange<Double>]? {
        guard let before = base.requests, let after = candidate.requests else { return nil }
        let samples = [before, after].map { requests in
            ClusteredSample(
                requests.filter(\.isCompleted).map { request in
                    metric == .itl
                        ? request.interTokenLatencies.map(\.milliseconds)
                        : request.latency(metric).map { [$0.milliseconds] } ?? []
                }
            )
        }
        // One value has no spread.
        guard samples.allSatisfy({ $0.count > 1 }) else { return nil }
        return Bootstrap.differences(wanted, base: samples[0], candidate: samples[1], &random)
    }

    static func settings(_ base: RunSettings, _ candidate: RunSettings) -> [Setting] {
        let names = Set(base.options.keys).union(candidate.options.keys).sorted()
        let options = names.map { ($0, base.options[$0] ?? "-", candidate.options[$0] ?? "-") }
        return (zip(described(base), described(candidate)).map { ($0.0, $0.1, $1.1) } + options)
            .filter { $0.1 != $0.2 }
            .map { Setting(name: $0.0, base: $0.1, candidate: $0.2) }
    }

    /// What decides whether two runs can be compared.
    private static func described(_ settings: RunSettings) -> [(String, String)] {
        let levels = settings.serviceLevels.levels.map { level in
            "\(level.metric.rawValue):\(NumberText.shortest(level.limit.milliseconds))"
        }
        return [
            ("target", settings.target), ("backend", settings.backend), ("model_id", settings.model),
            ("dataset_name", settings.dataset), ("num_prompts", "\(settings.prompts)"),
            ("arrivals", settings.arrivals),
            ("request_rate", settings.requestRate.map(NumberText.shortest) ?? "-"),
            ("burstiness", NumberText.shortest(settings.burstiness)),
            ("max_concurrency", settings.maxConcurrency.map { "\($0)" } ?? "-"),
            ("seed", "\(settings.seed)"), ("goodput", levels.joined(separator: " ")),
        ]
    }
}
