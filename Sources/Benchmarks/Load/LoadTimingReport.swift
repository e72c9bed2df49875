internal import LoadTool
internal import ServingTypes
internal import Workload

/// How far the client's times are from the server's, both on the clock of one machine.
struct LoadTimingReport: Codable {
    /// One kind of error, in milliseconds.
    struct Errors: Codable {
        var p50: Double
        var p99: Double
        var max: Double

        init(_ milliseconds: [Double]) {
            let distribution = Distribution(milliseconds)
            p50 = distribution.median
            p99 = distribution.quantile(0.99)
            max = distribution.quantile(1)
        }
    }

    /// Requests per second.
    var requestRate: Double
    var requests: Int
    var tokens: Int
    /// From the time at which a request should leave to when it left.
    var sendLateness: Errors
    /// From when the server sent a token to the time that the client notes for it.
    var tokenLateness: Errors
    /// TTFT from the scheduled time, less the server's own time from reading the request to sending the token: every
    /// delay that is not the server's, new connections and the request's way included.
    var ttftError: Errors
    /// The client's time between tokens against the server's, whichever is longer.
    var itlError: Errors

    /// The worst 99th percentile of what is the client's alone, in milliseconds.
    var ownErrorP99: Double { max(sendLateness.p99, tokenLateness.p99, itlError.p99) }

    enum CodingKeys: String, CodingKey {
        case requests, tokens
        case requestRate = "request_rate"
        case sendLateness = "send_lateness_ms"
        case tokenLateness = "token_lateness_ms"
        case ttftError = "ttft_error_ms"
        case itlError = "itl_error_ms"
    }

    /// - Parameter stamps: of the same requests, in any order.
    /// - Throws: ``BenchFailure`` when the two sides do not tell of the same requests and tokens.
    init(_ result: SyntheticLoad.Result, rate: Double, stamps: [NullStamps]) throws(BenchFailure) {
        let byRequest = Dictionary(stamps.map { ($0.request, $0) }) { first, _ in first }
        var (sends, receives, firsts, gaps) = ([Double](), [Double](), [Double](), [Double]())
        for outcome in result.outcomes {
            guard let stamps = byRequest[outcome.requestID ?? ""], let sent = outcome.sent,
                stamps.sent.count == outcome.chunks.count, let first = outcome.firstToken
            else {
                throw BenchFailure(
                    "the null server does not know request \(outcome.index) as the client does"
                )
            }
            sends.append((sent - outcome.scheduled).milliseconds)
            let times = outcome.chunks.map { result.origin + $0 }
            receives += zip(times, stamps.sent).map { ($0 - $1).milliseconds }
            let own = stamps.sent[0] - stamps.received
            firsts.append((first - outcome.scheduled - own).milliseconds)
            for index in times.indices.dropFirst() {
                let (seen, real) = (
                    times[index] - times[index - 1], stamps.sent[index] - stamps.sent[index - 1]
                )
                gaps.append(abs((seen - real).milliseconds))
            }
        }
        requestRate = rate
        requests = firsts.count
        tokens = receives.count
        sendLateness = Errors(sends)
        tokenLateness = Errors(receives)
        ttftError = Errors(firsts)
        itlError = Errors(gaps)
    }
}
