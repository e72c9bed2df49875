internal import ServingTypes
internal import Synchronization

/// How far predictions of a time are from what was measured.
public final class PredictionMetrics: Sendable {
    /// Weight of the latest difference in the bias: about the last forty requests count.
    static let weight = 0.05

    private let error: HistogramSeries
    private let bias: GaugeSeries
    private let mean = Mutex<Double?>(nil)

    init(error: MetricDescriptor, bias: MetricDescriptor, in registry: PrometheusRegistry) {
        self.error = registry.histogram(error)
        self.bias = registry.gauge(bias)
    }

    /// Compares one prediction with what happened.
    public func observe(predicted: Duration, measured: Duration) {
        let difference = (measured - predicted).inSeconds
        error.observe(abs(difference))
        let next = mean.withLock { mean in
            let next = mean.map { $0 + Self.weight * (difference - $0) } ?? difference
            mean = next
            return next
        }
        bias.set(next)
    }
}
