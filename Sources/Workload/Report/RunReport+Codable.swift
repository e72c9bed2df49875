extension RunReport: Codable {
    private enum Name {
        static let version = ReportKey("report_version")
        static let tool = ReportKey("tool")
        static let date = ReportKey("date")
        static let settings = ReportKey("settings")
        static let duration = ReportKey("duration")
        static let completed = ReportKey("completed")
        static let failed = ReportKey("failed")
        static let inputTokens = ReportKey("total_input_tokens")
        static let outputTokens = ReportKey("total_output_tokens")
        static let cachedTokens = ReportKey("total_cached_tokens")
        static let good = ReportKey("good_completed")
        static let goodWithQueue = ReportKey("good_completed_including_client_queue")
        static let requestThroughput = ReportKey("request_throughput")
        static let requestGoodput = ReportKey("request_goodput")
        static let goodputWithQueue = ReportKey("request_goodput_including_client_queue")
        static let outputThroughput = ReportKey("output_throughput")
        static let totalThroughput = ReportKey("total_token_throughput")
        static let peakTokens = ReportKey("max_output_tokens_per_s")
        static let peakConcurrency = ReportKey("max_concurrent_requests")
        static let curves = ReportKey("percentile_curves")
        static let failures = ReportKey("failures")
        static let groups = ReportKey("groups")
        static let series = ReportKey("series")
        static let requests = ReportKey("requests")

        static let all: Set<ReportKey> = [
            version, tool, date, settings, duration, completed, failed, inputTokens, outputTokens,
            cachedTokens,
            good, goodWithQueue, requestThroughput, requestGoodput, goodputWithQueue, outputThroughput,
            totalThroughput, peakTokens, peakConcurrency, curves, failures, groups, series, requests,
        ]
    }

    /// Writes the report; what was not asked or is unknown is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: ReportKey.self)
        try values.encode(Self.formatVersion, forKey: Name.version)
        try values.encode(tool, forKey: Name.tool)
        try values.encodeIfPresent(startedAt, forKey: Name.date)
        try values.encode(settings, forKey: Name.settings)
        try values.encode(durationSeconds, forKey: Name.duration)
        try encodeCounts(to: &values)
        for (key, rate) in rates { try values.encode(rate, key) }
        try encodeMetrics(to: &values)
        var reasons = values.nestedContainer(keyedBy: ReportKey.self, forKey: Name.failures)
        for (reason, count) in failures { try reasons.encode(count, forKey: ReportKey(reason.rawValue)) }
        if !groups.isEmpty { try values.encode(groups, forKey: Name.groups) }
        try values.encode(series, forKey: Name.series)
        try values.encodeIfPresent(requests, forKey: Name.requests)
    }

    private func encodeCounts(to values: inout KeyedEncodingContainer<ReportKey>) throws {
        try values.encode(completed, forKey: Name.completed)
        try values.encode(failed, forKey: Name.failed)
        try values.encode(inputTokens, forKey: Name.inputTokens)
        try values.encode(outputTokens, forKey: Name.outputTokens)
        try values.encodeIfPresent(cachedTokens, forKey: Name.cachedTokens)
        try values.encodeIfPresent(goodCompleted, forKey: Name.good)
        try values.encodeIfPresent(goodCompletedIncludingClientQueue, forKey: Name.goodWithQueue)
        try values.encode(peakOutputTokensPerSecond, forKey: Name.peakTokens)
        try values.encode(peakConcurrency, forKey: Name.peakConcurrency)
    }

    /// What follows from the counts, written for other readers.
    private var rates: [(key: ReportKey, value: Double?)] {
        [
            (Name.requestThroughput, requestThroughput), (Name.requestGoodput, requestGoodput),
            (Name.goodputWithQueue, requestGoodputIncludingClientQueue),
            (Name.outputThroughput, outputThroughput), (Name.totalThroughput, totalTokenThroughput),
        ]
    }

    private func encodeMetrics(to values: inout KeyedEncodingContainer<ReportKey>) throws {
        for metric in LatencyMetric.allCases {
            guard let summary = metrics[metric] else { continue }
            let keys = MetricKeys(metric)
            try values.encode(summary.count, forKey: keys.count)
            try values.encode(summary.mean, forKey: keys.mean)
            try values.encode(summary.median, forKey: keys.median)
            try values.encode(summary.standardDeviation, forKey: keys.deviation)
            try values.encode(summary.minimum, forKey: keys.minimum)
            try values.encode(summary.maximum, forKey: keys.maximum)
            for point in summary.percentiles {
                try values.encode(point.milliseconds, forKey: .percentile(point.percentile, metric))
            }
        }
        var curves = values.nestedContainer(keyedBy: ReportKey.self, forKey: Name.curves)
        for (metric, summary) in metrics {
            let pairs = summary.curve.map { [$0.percentile, $0.milliseconds] }
            try curves.encode(pairs, forKey: ReportKey(metric.rawValue))
        }
    }

    /// Reads a report of this version; an unknown key, a missing one, or a rate that contradicts its counts
    /// is an error.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: ReportKey.self)
        let version = try values.decode(Int.self, forKey: Name.version)
        guard version == Self.formatVersion else {
            throw values.corrupted(
                Name.version,
                "version \(version), this build reads \(Self.formatVersion): use the build that wrote it"
            )
        }
        tool = try values.decode(String.self, forKey: Name.tool)
        startedAt = try values.decodeIfPresent(String.self, forKey: Name.date)
        settings = try values.decode(RunSettings.self, forKey: Name.settings)
        durationSeconds = try values.decode(Double.self, forKey: Name.duration)
        completed = try values.decode(Int.self, forKey: Name.completed)
        failed = try values.decode(Int.self, forKey: Name.failed)
        inputTokens = try values.decode(Int.self, forKey: Name.inputTokens)
        outputTokens = try values.decode(Int.self, forKey: Name.outputTokens)
        cachedTokens = try values.decodeIfPresent(Int.self, forKey: Name.cachedTokens)
        goodCompleted = try values.decodeIfPresent(Int.self, forKey: Name.good)
        goodCompletedIncludingClientQueue = try values.decodeIfPresent(Int.self, forKey: Name.goodWithQueue)
        peakOutputTokensPerSecond = try values.decode(Double.self, forKey: Name.peakTokens)
        peakConcurrency = try values.decode(Int.self, forKey: Name.peakConcurrency)
        groups = try values.decodeIfPresent([ReportGroup].self, forKey: Name.groups) ?? []
        series = try values.decode(RunSeries.self, forKey: Name.series)
        requests = try values.decodeIfPresent([RequestOutcome].self, forKey: Name.requests)
        failures = try Self.failures(in: values)
        let (metrics, metricKeys) = try Self.metrics(in: values, settings.percentiles)
        self.metrics = metrics
        try values.rejectOthers(than: Name.all.union(metricKeys))
        try checkRates(values)
    }

    private func checkRates(_ values: KeyedDecodingContainer<ReportKey>) throws {
        for (key, expected) in rates {
            let written = try values.decodeIfPresent(Double.self, forKey: key)
            let agrees = abs((written ?? 0) - (expected ?? 0)) <= 1e-6 * max(abs(expected ?? 0), 1e-6)
            guard (written == nil) == (expected == nil), agrees else {
                throw values.corrupted(key, "the rate contradicts the counts and the duration")
            }
        }
    }

    private static func failures(in values: KeyedDecodingContainer<ReportKey>) throws -> [FailureReason: Int]
    {
        let reasons = try values.nestedContainer(keyedBy: ReportKey.self, forKey: Name.failures)
        var failures: [FailureReason: Int] = [:]
        for key in reasons.allKeys {
            guard let reason = FailureReason(rawValue: key.stringValue) else {
                throw reasons.corrupted(key, "no such reason for a failure")
            }
            failures[reason] = try reasons.decode(Int.self, forKey: key)
        }
        return failures
    }

    /// The latencies present, and all keys that belong to them.
    private static func metrics(in values: KeyedDecodingContainer<ReportKey>, _ percentiles: [Double]) throws
        -> (metrics: [LatencyMetric: MetricSummary], keys: Set<ReportKey>)
    {
        let curves = try values.nestedContainer(keyedBy: ReportKey.self, forKey: Name.curves)
        var metrics: [LatencyMetric: MetricSummary] = [:]
        var known: Set<ReportKey> = []
        for metric in LatencyMetric.allCases {
            let keys = MetricKeys(metric)
            guard values.contains(keys.count) else { continue }
            let percentileKeys = percentiles.map { ReportKey.percentile($0, metric) }
            known.formUnion(keys.all + percentileKeys)
            metrics[metric] = MetricSummary(
                count: try values.decode(Int.self, forKey: keys.count),
                mean: try values.decode(Double.self, forKey: keys.mean),
                median: try values.decode(Double.self, forKey: keys.median),
                standardDeviation: try values.decode(Double.self, forKey: keys.deviation),
                minimum: try values.decode(Double.self, forKey: keys.minimum),
                maximum: try values.decode(Double.self, forKey: keys.maximum),
                percentiles: try zip(percentiles, percentileKeys).map {
                    .init(percentile: $0, milliseconds: try values.decode(Double.self, forKey: $1))
                },
                curve: try curve(in: curves, ReportKey(metric.rawValue))
            )
        }
        try curves.rejectOthers(than: Set(metrics.keys.map { ReportKey($0.rawValue) }))
        return (metrics, known)
    }

    private static func curve(in curves: KeyedDecodingContainer<ReportKey>, _ key: ReportKey) throws
        -> [MetricSummary.Point]
    {
        try curves.decode([[Double]].self, forKey: key).map { pair in
            guard pair.count == 2 else {
                throw curves.corrupted(key, "a point has \(pair.count) numbers, not 2")
            }
            return MetricSummary.Point(percentile: pair[0], milliseconds: pair[1])
        }
    }
}

/// The keys of one latency.
private struct MetricKeys {
    let count, mean, median, deviation, minimum, maximum: ReportKey

    init(_ metric: LatencyMetric) {
        let word = metric.rawValue
        count = ReportKey("count_\(word)")
        mean = ReportKey("mean_\(word)_ms")
        median = ReportKey("median_\(word)_ms")
        deviation = ReportKey("std_\(word)_ms")
        minimum = ReportKey("min_\(word)_ms")
        maximum = ReportKey("max_\(word)_ms")
    }

    var all: [ReportKey] { [count, mean, median, deviation, minimum, maximum] }
}
