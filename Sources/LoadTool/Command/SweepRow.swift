internal import Foundation
internal import Workload

/// One run of a sweep as a line of a table that fits in 80 columns.
enum SweepRow {
    private static let columns = [
        "RATE", "DONE", "FAILED", "REQ/S", "TOK/S", "TTFT50", "TTFT99", "TPOT50", "GOOD %",
    ]
    private static let width = 8

    static var heading: String { line(columns) }

    static func text(_ report: RunReport) -> String {
        let ttft = report.metrics[.ttft]
        return line([
            report.settings.requestRate.map(number) ?? "-", "\(report.completed)", "\(report.failed)",
            number(report.requestThroughput), number(report.outputThroughput), number(ttft?.median),
            number(ttft.flatMap { tail($0) }), number(report.metrics[.tpot]?.median),
            number(report.goodFraction.map { $0 * 100 }),
        ])
    }

    static func number(_ value: Double?) -> String {
        guard let value else { return "-" }
        return String(
            format: value.magnitude < 10 ? "%.3g" : value.magnitude < 1_000 ? "%.4g" : "%.0f",
            value
        )
    }

    /// The 99th percentile from the curve, whichever percentiles were asked for.
    private static func tail(_ summary: MetricSummary) -> Double? {
        summary.value(atPercentile: 99) ?? summary.curve.first { $0.percentile >= 99 }?.milliseconds
    }

    private static func line(_ cells: [String]) -> String {
        cells.map { String(repeating: " ", count: max(0, width - $0.count)) + $0 }.joined(separator: " ")
    }
}
