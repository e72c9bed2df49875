internal import Synchronization

/// The metrics of a process, and their text for Prometheus.
///
/// Only what ``MetricCatalogue`` declares can be registered, each once, with every value of its closed labels. The
/// registry's lock is taken to register and to list the metrics, never to record.
public final class PrometheusRegistry: Sendable {
    private struct State {
        var families: [String: MetricFamily] = [:]
        var callbacks: [@Sendable () -> Void] = []
        /// The aliases to show, and their labels.
        var aliases: [VLLMAlias] = []
        var aliasLabels = ""
    }

    private let declared: [String: MetricDescriptor]
    private let state = Mutex(State())

    /// An empty registry of Baton's metrics.
    public convenience init() { self.init(declared: MetricCatalogue.all) }

    /// An empty registry of these metrics.
    init(declared: [MetricDescriptor]) {
        self.declared = Dictionary(uniqueKeysWithValues: declared.map { ($0.name, $0) })
    }

    /// Runs `body` before each rendering, to fetch values that are kept elsewhere.
    public func onRender(_ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.callbacks.append(body) }
    }

    /// Shows the metrics that vLLM has too under vLLM's names as well; see ``VLLMAlias``.
    ///
    /// - Parameters:
    ///   - exporter: the kind of daemon that this is.
    ///   - model: value of their label `model_name`.
    public func showVLLMNames(as exporter: MetricExporter, model: String) {
        let labels = PrometheusText.labels([("engine", "0"), ("model_name", model)])
        let aliases = VLLMAlias.all.filter { $0.exporter == exporter }
        state.withLock { state in
            state.aliases = aliases
            state.aliasLabels = labels
        }
    }

    /// All metrics in the text format (UTF-8), sorted by name, then the aliases.
    ///
    /// Takes milliseconds for thousands of series: not for a thread on which tokens wait.
    public func render() -> [UInt8] {
        for callback in state.withLock({ $0.callbacks }) { callback() }
        let (families, aliases, aliasLabels) = state.withLock { ($0.families, $0.aliases, $0.aliasLabels) }
        var text = PrometheusText()
        for family in families.values.sorted(by: { $0.descriptor.name < $1.descriptor.name }) {
            text.append(family)
        }
        for alias in aliases {
            if let family = families[alias.source.name] { text.append(alias, of: family, aliasLabels) }
        }
        return text.bytes
    }

    /// Takes a declared metric in, all its values zero.
    func register(_ descriptor: MetricDescriptor) -> MetricValues {
        precondition(declared[descriptor.name] == descriptor, "\(descriptor.name) is not in the catalogue")
        let family = MetricFamily(descriptor)
        state.withLock { state in
            precondition(state.families[descriptor.name] == nil, "\(descriptor.name) is registered already")
            state.families[descriptor.name] = family
        }
        return family.values
    }
}

extension PrometheusRegistry {
    /// Registers a counter without labels.
    func counter(_ descriptor: MetricDescriptor) -> CounterSeries { counters(descriptor, labels: 0)[0] }

    /// Registers a gauge without labels.
    func gauge(_ descriptor: MetricDescriptor) -> GaugeSeries { gauges(descriptor, labels: 0)[0] }

    /// Registers a histogram without labels.
    func histogram(_ descriptor: MetricDescriptor) -> HistogramSeries {
        histograms(descriptor, labels: 0)[0]
    }

    /// Registers a counter with closed labels; a series per combination, the last label's values changing first.
    func counters(_ descriptor: MetricDescriptor, labels count: Int) -> [CounterSeries] {
        guard case .counters(let series) = register(descriptor), descriptor.labels.count == count else {
            preconditionFailure("\(descriptor.name) is no counter with \(count) closed labels")
        }
        return series
    }

    /// Registers a gauge with closed labels.
    func gauges(_ descriptor: MetricDescriptor, labels count: Int) -> [GaugeSeries] {
        guard case .gauges(let series) = register(descriptor), descriptor.labels.count == count else {
            preconditionFailure("\(descriptor.name) is no gauge with \(count) closed labels")
        }
        return series
    }

    /// Registers a histogram with closed labels.
    func histograms(_ descriptor: MetricDescriptor, labels count: Int) -> [HistogramSeries] {
        guard case .histograms(let series) = register(descriptor), descriptor.labels.count == count else {
            preconditionFailure("\(descriptor.name) is no histogram with \(count) closed labels")
        }
        return series
    }

    /// Registers a gauge whose labels name what comes and goes.
    func rows(_ descriptor: MetricDescriptor) -> GaugeRows {
        guard case .rows(let rows) = register(descriptor) else {
            preconditionFailure("\(descriptor.name) has only closed labels")
        }
        return rows
    }
}
