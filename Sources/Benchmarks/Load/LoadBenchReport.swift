internal import Foundation

/// What `baton-bench load` measured.
struct LoadBenchReport: Codable {
    /// Requests per second with every connection busy.
    struct Rates: Codable {
        /// Whole answers.
        var whole: Double
        /// Streams whose tokens come at once.
        var stream: Double
    }

    var benchmark = "load"
    var machine: MachineReport
    var concurrency: Int
    var inputTokens: Int
    var outputTokens: Int
    var requestsPerSecond: Rates
    var timing: LoadTimingReport
    /// The client's own error, the worst 99th percentile of three: requests sent late, tokens noted after the server
    /// sent them, and times between tokens.
    ///
    /// TTFT's error is apart: it holds the request's way to the server too.
    var timingErrorMilliseconds: Double

    enum CodingKeys: String, CodingKey {
        case benchmark, machine, concurrency, timing
        case inputTokens = "input_tokens"
        case outputTokens = "output_tokens"
        case requestsPerSecond = "requests_s"
        case timingErrorMilliseconds = "timing_error_p99_ms"
    }

    var text: String {
        func row(_ name: String, _ errors: LoadTimingReport.Errors) -> String {
            let figures = [errors.p50, errors.p99, errors.max].map { String(format: "%9.3f", $0) }.joined()
            return name.padding(toLength: 44, withPad: " ", startingAt: 0) + figures
        }
        return """
            requests/s, \(concurrency) in flight, \(inputTokens) prompt and \(outputTokens) output tokens: \
            \(Int(requestsPerSecond.whole)) whole, \(Int(requestsPerSecond.stream)) streamed
            times at \(timing.requestRate) requests/s, \(timing.tokens) tokens; milliseconds:  p50, p99, max
            \(row("  request sent late", timing.sendLateness))
            \(row("  token noted after it was sent", timing.tokenLateness))
            \(row("  TTFT from schedule, less the server's time", timing.ttftError))
            \(row("  ITL against the server's", timing.itlError))
            """
    }
}
