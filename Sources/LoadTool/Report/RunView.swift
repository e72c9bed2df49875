internal import ServingTypes
internal import Workload

/// A run as the page shows it: its report, its name and its place among the others.
struct RunView {
    let report: RunReport
    /// From 0; gives colour and dash.
    let index: Int
    /// The label, told apart from equal ones.
    let name: String
    /// Share of all requests, failed ones included, that must be good for the run to meet its service levels.
    let requiredShare: Double

    /// Prefix of the run's element ids.
    var id: String { "run\(index)" }

    /// Runs in their given order, no two of one name.
    static func views(of reports: [RunReport], requiredShare: Double) -> [RunView] {
        var names: Set<String> = []
        return reports.enumerated().map { index, report in
            let label = report.settings.label.isEmpty ? "run" : report.settings.label
            var name = label
            var number = 2
            while !names.insert(name).inserted {
                name = "\(label) (\(number))"
                number += 1
            }
            return RunView(report: report, index: index, name: name, requiredShare: requiredShare)
        }
    }

    /// The form of a metric that hides no waiting: in an open loop it counts from the scheduled arrival.
    func headline(_ metric: LatencyMetric) -> LatencyMetric {
        report.settings.isOpenLoop ? metric.includingClientQueue ?? metric : metric
    }

    /// Good requests per second, counted as the headline latencies are; `nil` without service levels.
    var goodput: Double? {
        report.settings.isOpenLoop ? report.requestGoodputIncludingClientQueue : report.requestGoodput
    }

    /// Whether enough requests were good; `nil` without service levels.
    var meetsServiceLevels: Bool? { report.goodFraction.map { $0 >= requiredShare } }

    /// The service levels in words: TTFT ≤ 200 ms, TPOT ≤ 50 ms.
    static func text(of levels: ServiceLevels) -> String {
        levels.levels.map { "\($0.metric.name) ≤ \(NumberText.plain($0.limit.milliseconds)) ms" }
            .joined(separator: ", ")
    }

    /// The limit of a metric's service level, in milliseconds.
    func limit(of metric: LatencyMetric) -> Double? {
        report.settings.serviceLevels.levels.first { $0.metric == metric }?.limit.milliseconds
    }
}
