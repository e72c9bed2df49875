internal import ServingTypes
internal import Synchronization

/// How far the cost model's step times are from those that were measured, by kind of step.
public final class StepTimeMetrics: Sendable {
    /// Weight of the latest step in the bias: about the last hundred of its kind count.
    static let weight = 0.02

    private let ratios: HistogramGroup<EngineStepKind>
    private let biases: GaugeGroup<EngineStepKind>
    private let means = Mutex<[EngineStepKind: Double]>([:])

    init(in registry: PrometheusRegistry) {
        ratios = HistogramGroup(MetricCatalogue.stepPrediction, in: registry)
        biases = GaugeGroup(MetricCatalogue.stepBias, in: registry)
    }

    /// Compares one prediction, which must not be zero, with what the step took.
    public func observe(_ kind: EngineStepKind, predicted: Duration, measured: Duration) {
        let ratio = measured.inSeconds / predicted.inSeconds
        ratios[kind].observe(ratio)
        // One hiccup that takes a hundred times as long says nothing about the rest.
        let error = min(ratio, 3) - 1
        let mean = means.withLock { means in
            let mean = means[kind].map { $0 + Self.weight * (error - $0) } ?? error
            means[kind] = mean
            return mean
        }
        biases[kind].set(mean)
    }
}
