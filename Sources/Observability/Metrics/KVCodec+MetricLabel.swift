public import ServingTypes

extension KVCodec: MetricLabelValue {
    /// The codec's word.
    public var metricLabel: String { name }
}
