internal import Foundation

/// What a scrape costs: its own time, and what it does to tokens meanwhile.
struct MetricsReport: Encodable {
    struct Quantiles: Encodable {
        var p50: Double
        var p99: Double

        init(_ values: [Double], scale: Double) {
            let distribution = Distribution(values)
            p50 = distribution.quantile(0.5) * scale
            p99 = distribution.quantile(0.99) * scale
        }
    }

    struct Delays: Encodable {
        var idle: Double
        var scraping: Double
    }

    var bench = "metrics"
    var machine: MachineReport
    var workers: Int
    var links: Int
    /// Lines of a scrape.
    var series: Int
    var bytes: Int
    var scrapes: Int
    var scrapeMilliseconds: Quantiles
    var tokens: Int
    /// From worker to client, 50th percentile, in milliseconds.
    var medianTokenDelay: Delays
    /// The 99th.
    var tailTokenDelay: Delays
    /// Of one observation of an inter-token latency and its bucket.
    var observationNanoseconds: Double
    /// Of adding to a counter.
    var additionNanoseconds: Double

    enum CodingKeys: String, CodingKey {
        case bench, machine, workers, links, series, bytes, scrapes, tokens
        case scrapeMilliseconds = "scrape_ms"
        case medianTokenDelay = "token_delay_p50_ms"
        case tailTokenDelay = "token_delay_p99_ms"
        case observationNanoseconds = "observe_ns"
        case additionNanoseconds = "count_ns"
    }

    /// For people.
    var text: String {
        func number(_ value: Double) -> String { ReportText.number(value) }
        let delays = [
            ["p50", number(medianTokenDelay.idle), number(medianTokenDelay.scraping)],
            ["p99", number(tailTokenDelay.idle), number(tailTokenDelay.scraping)],
        ]
        return """
            \(workers) workers, \(links) links: \(series) series, \(bytes) bytes
            scrape, ms: p50 \(number(scrapeMilliseconds.p50)), p99 \(number(scrapeMilliseconds.p99)) of \(scrapes)
            recording, ns: \(number(observationNanoseconds)) per observation, \(number(additionNanoseconds)) per count
            delay of \(tokens) tokens from worker to client, ms:
            \(ReportText.table(["", "idle", "scraping"], delays))
            """
    }
}
