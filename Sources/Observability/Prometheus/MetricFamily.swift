/// All series of one metric.
struct MetricFamily {
    let descriptor: MetricDescriptor
    /// By rendered labels.
    var series: [String: MetricSeries] = [:]
}
