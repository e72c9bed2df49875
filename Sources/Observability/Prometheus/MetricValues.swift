/// The values of one metric, one per set of labels.
enum MetricValues: Sendable {
    case counters([CounterSeries])
    case gauges([GaugeSeries])
    case histograms([HistogramSeries])
    /// Of a metric whose labels are not closed: replaced as a whole.
    case rows(GaugeRows)

    /// Values of zero.
    init(_ descriptor: MetricDescriptor, count: Int) {
        switch descriptor.kind {
        case .gauge where descriptor.isOpen: self = .rows(GaugeRows())
        case .counter: self = .counters((0..<count).map { _ in CounterSeries() })
        case .gauge: self = .gauges((0..<count).map { _ in GaugeSeries() })
        case .histogram(let bounds):
            self = .histograms((0..<count).map { _ in HistogramSeries(bounds: bounds) })
        }
    }
}
