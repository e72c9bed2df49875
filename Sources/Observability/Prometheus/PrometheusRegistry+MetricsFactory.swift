public import Metrics

/// Metrics of other libraries: names become Prometheus names, times become seconds.
extension PrometheusRegistry: MetricsFactory {
    /// A counter; `_total` is added to its name.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> CounterHandler {
        counter(foreign(label, suffix: "_total", .counter), Self.labels(dimensions))
    }

    /// A counter of fractions; `_total` is added to its name.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> FloatingPointCounterHandler {
        counter(foreign(label, suffix: "_total", .counter), Self.labels(dimensions))
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> MeterHandler {
        gauge(foreign(label, suffix: "", .gauge), Self.labels(dimensions))
    }

    /// A histogram, or a gauge if nothing is to be aggregated.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> RecorderHandler {
        guard aggregate else { return gauge(foreign(label, suffix: "", .gauge), Self.labels(dimensions)) }
        return foreignHistogram(label, suffix: "", MetricBounds.values, dimensions)
    }

    /// A histogram in seconds; `_seconds` is added to its name.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> TimerHandler {
        foreignHistogram(label, suffix: "_seconds", MetricBounds.requestSeconds, dimensions)
    }

    /// Removes its series.
    public func destroyCounter(_ handler: CounterHandler) { forget(handler) }

    /// Removes its series.
    public func destroyFloatingPointCounter(_ handler: FloatingPointCounterHandler) { forget(handler) }

    /// Removes its series.
    public func destroyMeter(_ handler: MeterHandler) { forget(handler) }

    /// Removes its series.
    public func destroyRecorder(_ handler: RecorderHandler) { forget(handler) }

    /// Removes its series.
    public func destroyTimer(_ handler: TimerHandler) { forget(handler) }

    private func foreignHistogram(
        _ label: String,
        suffix: String,
        _ bounds: [Double],
        _ dimensions: [(String, String)]
    ) -> HistogramSeries {
        let descriptor = foreign(label, suffix: suffix, .histogram(bounds: bounds))
        guard case .histogram(let series) = series(descriptor, Self.labels(dimensions)) else {
            preconditionFailure("a histogram's series is none")
        }
        return series
    }

    private func foreign(_ label: String, suffix: String, _ kind: MetricKind) -> MetricDescriptor {
        let name = PrometheusText.metricName(label)
        let full = name.hasSuffix(suffix) ? name : name + suffix
        return MetricDescriptor(full, kind, "The \(kind.name) \(label) of a library.")
    }

    /// Valid names, each once; `le` belongs to histograms.
    private static func labels(_ dimensions: [(String, String)]) -> [(String, String)] {
        var labels: [(String, String)] = []
        for (label, value) in dimensions {
            let name = label == "le" ? "label_le" : PrometheusText.labelName(label)
            labels.removeAll { $0.0 == name }
            labels.append((name, value))
        }
        return labels
    }
}
