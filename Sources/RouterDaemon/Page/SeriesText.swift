internal import NIOCore
internal import Observability

/// Recent rates as JSON, one array per quantity: a quarter of an hour is then some tens of kilobytes.
enum SeriesText {
    static func json(_ samples: [RecentRates.Sample], after: Int, window: Int) -> ByteBuffer {
        var writer = JSONWriter()
        writer.object { body in
            body.member("window_s", window)
            body.member("last", samples.last?.number ?? after)
            body.key("unix_ms")
            body.array { list in for sample in samples { list.integer(sample.unixMilliseconds) } }
            body.key("waiting")
            body.array { list in for sample in samples { list.integer(sample.waiting) } }
            body.key("running")
            body.array { list in for sample in samples { list.integer(sample.running) } }
            body.column("requests_per_second", samples) { $0.requestRate }
            body.column("failures_per_second", samples) { $0.failureRate }
            body.column("prompt_tokens_per_second", samples) { $0.promptTokenRate }
            body.column("output_tokens_per_second", samples) { $0.outputTokenRate }
            body.column("ttft_p50_ms", samples) { $0.firstToken.map { $0.median * 1_000 } }
            body.column("ttft_p99_ms", samples) { $0.firstToken.map { $0.high * 1_000 } }
            body.column("tpot_p50_ms", samples) { $0.perToken.map { $0.median * 1_000 } }
            body.column("tpot_p99_ms", samples) { $0.perToken.map { $0.high * 1_000 } }
        }
        return writer.buffer
    }
}

extension JSONWriter {
    /// An array of numbers with three decimals; `null` where there is none.
    fileprivate mutating func column(
        _ name: String,
        _ samples: [RecentRates.Sample],
        _ value: (RecentRates.Sample) -> Double?
    ) {
        key(name)
        array { list in
            for sample in samples {
                if let value = value(sample) {
                    list.number((value * 1_000).rounded() / 1_000)
                } else {
                    list.null()
                }
            }
        }
    }
}
