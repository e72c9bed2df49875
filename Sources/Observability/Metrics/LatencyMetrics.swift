/// What clients feel, and where the time went.
public struct LatencyMetrics: Sendable {
    /// One observation per request, at its first token.
    public let timeToFirstToken: HistogramSeries
    /// One observation per request whose KV was handed off, at its end.
    public let handOffGap: HistogramSeries
    /// One observation per complete answer of two tokens or more.
    public let timeToSecondToken: HistogramSeries
    /// One observation per complete answer of two tokens or more: (E2EL − TTFT) / (tokens − 1).
    public let timePerOutputToken: HistogramSeries
    /// One observation per token after the first.
    public let interToken: HistogramSeries
    /// One observation per complete answer.
    public let endToEnd: HistogramSeries
    /// From arrival to the first step.
    public let queue: HistogramSeries
    /// In prefill.
    public let prefill: HistogramSeries
    /// From the offer of KV to its verification.
    public let transfer: HistogramSeries
    /// The part of the transfer that prefill did not hide.
    public let exposedTransfer: HistogramSeries
    /// From asking for a prefix to having it.
    public let fetch: HistogramSeries
    /// From the first token on the decode worker to the last.
    public let decode: HistogramSeries
    /// Predicted TTFT against what happened.
    public let firstTokenPrediction: PredictionMetrics
    /// Predicted hand-off gap against what happened.
    public let gapPrediction: PredictionMetrics

    init(in registry: PrometheusRegistry) {
        timeToFirstToken = registry.histogram(MetricCatalogue.timeToFirstToken)
        handOffGap = registry.histogram(MetricCatalogue.handOffGap)
        timeToSecondToken = registry.histogram(MetricCatalogue.timeToSecondToken)
        timePerOutputToken = registry.histogram(MetricCatalogue.timePerOutputToken)
        interToken = registry.histogram(MetricCatalogue.interToken)
        endToEnd = registry.histogram(MetricCatalogue.endToEnd)
        queue = registry.histogram(MetricCatalogue.requestQueue)
        prefill = registry.histogram(MetricCatalogue.requestPrefill)
        transfer = registry.histogram(MetricCatalogue.requestTransfer)
        exposedTransfer = registry.histogram(MetricCatalogue.requestExposedTransfer)
        fetch = registry.histogram(MetricCatalogue.requestFetch)
        decode = registry.histogram(MetricCatalogue.requestDecode)
        firstTokenPrediction = PredictionMetrics(
            error: MetricCatalogue.firstTokenError,
            bias: MetricCatalogue.firstTokenBias,
            in: registry
        )
        gapPrediction = PredictionMetrics(
            error: MetricCatalogue.gapError,
            bias: MetricCatalogue.gapBias,
            in: registry
        )
    }
}
