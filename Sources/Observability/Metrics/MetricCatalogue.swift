/// Every metric of Baton: the one table that names and explains them.
///
/// `docs/METRICS.md` is generated from it, and nothing else can be registered.
public enum MetricCatalogue {
    /// A part of the table, with its heading.
    struct Section: Sendable {
        var title: String
        var metrics: [MetricDescriptor]
    }

    /// The table, in the order of the documentation.
    static let sections = [
        Section(title: "Latency", metrics: latency), Section(title: "Requests", metrics: requests),
        Section(title: "Predictions", metrics: predictions), Section(title: "The cluster", metrics: cluster),
        Section(title: "Pools and sites", metrics: pools),
        Section(title: "Fairness", metrics: fairness),
        Section(title: "HTTP", metrics: http), Section(title: "Traces", metrics: tracing),
        Section(title: "Recorded decisions", metrics: recording),
        Section(title: "Workers", metrics: engine), Section(title: "Prefill scheduling", metrics: prefill),
        Section(title: "Step times and preemption", metrics: preemption),
        Section(title: "KV transfers and paths", metrics: transfers),
        Section(title: "Processes", metrics: process),
    ]

    /// All metrics.
    public static let all = sections.flatMap(\.metrics)

    /// What a router shows.
    public static let router = all.filter { $0.exporter != .worker }

    /// What a worker shows.
    public static let worker = all.filter { $0.exporter != .router }
}
