internal import Synchronization

/// The metrics of a process, and their text for Prometheus.
///
/// Every series has a lock of its own; the registry's lock is taken to create a series and to list them. Our
/// own metrics are declared in ``MetricCatalogue``; other libraries' come through swift-metrics
/// (`MetricsFactory`). The number of metrics and of series per metric is bounded: what is beyond takes
/// values, is not shown, and is counted in `baton_dropped_series_total`.
public final class PrometheusRegistry: Sendable {
    /// The `Content-Type` of ``render()``.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private struct State {
        var families: [String: MetricFamily] = [:]
        /// Which metric owns a line's name: a histogram's `_count` may not be another counter.
        var owners: [String: String] = [:]
        var callbacks: [@Sendable () -> Void] = []
    }

    private let familyLimit: Int
    private let seriesLimit: Int
    private let dropped = CounterSeries()
    private let state: Mutex<State>

    /// An empty registry.
    ///
    /// - Parameters:
    ///   - familyLimit: most metrics.
    ///   - seriesLimit: most sets of labels of one metric.
    public init(familyLimit: Int = 1_024, seriesLimit: Int = 256) {
        self.familyLimit = familyLimit
        self.seriesLimit = seriesLimit
        let descriptor = MetricCatalogue.droppedSeries
        let family = MetricFamily(descriptor: descriptor, series: ["": .counter(dropped)])
        state = Mutex(
            State(families: [descriptor.name: family], owners: [descriptor.name: descriptor.name])
        )
    }

    /// Runs `body` before each rendering, to fetch values that are kept elsewhere.
    public func onRender(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.callbacks.append(body) }
    }

    /// All metrics in the text format, sorted by name.
    public func render() -> String {
        // Callbacks may create series, and must not run under the lock.
        for callback in state.withLock({ $0.callbacks }) { callback() }
        let families = state.withLock { Array($0.families.values) }
        var output = ""
        for family in families.sorted(by: { $0.descriptor.name < $1.descriptor.name }) {
            PrometheusText.append(family, to: &output)
        }
        return output
    }

    /// The series of a metric and labels, made when first asked for.
    ///
    /// One that may not exist (the name is taken by another kind, or a bound is reached) takes values but is
    /// not shown.
    func series(_ descriptor: MetricDescriptor, _ labels: [(String, String)]) -> MetricSeries {
        let key = PrometheusText.labels(labels)
        let series: MetricSeries? = state.withLock { state in
            guard var family = Self.family(descriptor, in: &state, limit: familyLimit) else { return nil }
            if let series = family.series[key] { return series }
            guard family.series.count < seriesLimit else { return nil }
            let series = MetricSeries(descriptor.kind)
            family.series[key] = series
            state.families[descriptor.name] = family
            return series
        }
        if let series { return series }
        dropped.add()
        return MetricSeries(descriptor.kind)
    }

    /// Forgets the series whose values `handler` takes.
    func forget(_ handler: AnyObject) {
        state.withLock { state in
            for (name, family) in state.families {
                guard let key = family.series.first(where: { $0.value.handler === handler })?.key else {
                    continue
                }
                state.families[name]?.series[key] = nil
                return
            }
        }
    }

    private static func family(
        _ descriptor: MetricDescriptor,
        in state: inout State,
        limit: Int
    ) -> MetricFamily? {
        if let family = state.families[descriptor.name] {
            return family.descriptor.kind == descriptor.kind ? family : nil
        }
        let names = descriptor.sampleNames
        guard state.families.count < limit, names.allSatisfy({ state.owners[$0] == nil }) else { return nil }
        for name in names { state.owners[name] = descriptor.name }
        return MetricFamily(descriptor: descriptor)
    }
}

extension PrometheusRegistry {
    /// The one series of a counter without labels.
    func counter(_ descriptor: MetricDescriptor) -> CounterSeries { counter(descriptor, []) }

    /// The one series of a gauge without labels.
    func gauge(_ descriptor: MetricDescriptor) -> GaugeSeries { gauge(descriptor, []) }

    /// The one series of a histogram without labels.
    func histogram(_ descriptor: MetricDescriptor) -> HistogramSeries {
        guard case .histogram(let series) = series(descriptor, []) else {
            preconditionFailure("\(descriptor.name) is a \(descriptor.kind.name), not a histogram")
        }
        return series
    }

    /// A series of a counter.
    func counter(_ descriptor: MetricDescriptor, _ labels: [(String, String)]) -> CounterSeries {
        guard case .counter(let series) = series(descriptor, labels) else {
            preconditionFailure("\(descriptor.name) is a \(descriptor.kind.name), not a counter")
        }
        return series
    }

    /// A series of a gauge.
    func gauge(_ descriptor: MetricDescriptor, _ labels: [(String, String)]) -> GaugeSeries {
        guard case .gauge(let series) = series(descriptor, labels) else {
            preconditionFailure("\(descriptor.name) is a \(descriptor.kind.name), not a gauge")
        }
        return series
    }
}
