/// The figures of some requests of a run: those of a tenant, or those of like length.
public struct ReportGroup: Hashable, Sendable {
    /// The distribution of one latency in a group, in milliseconds.
    public struct Latency: Hashable, Codable, Sendable {
        /// Values recorded, at least 1.
        public var count: Int
        /// Arithmetic mean, exact.
        public var mean: Double
        /// 50th percentile.
        public var median: Double
        /// Values of the percentiles that the run's settings ask for, in their order.
        public var percentiles: [Double]
    }

    /// The group's name in the trace, or its class of lengths: `input<=512`, `input 513-2048`, `input>2048`.
    public var name: String
    /// Requests answered in full.
    public var completed: Int
    /// Requests that failed.
    public var failed: Int
    /// Prompt tokens of completed requests.
    public var inputTokens: Int
    /// Output tokens of completed requests.
    public var outputTokens: Int
    /// Prompt tokens of completed requests that the server found in a cache; `nil` when it never said.
    public var cachedTokens: Int?
    /// Latencies of completed requests; a metric without values is absent.
    public var latencies: [LatencyMetric: Latency]
}

extension ReportGroup: Codable {
    private enum CodingKeys: String, CodingKey {
        case name = "group"
        case completed, failed
        case inputTokens = "total_input_tokens"
        case outputTokens = "total_output_tokens"
        case cachedTokens = "total_cached_tokens"
        case latencies = "latencies_ms"
    }

    /// Writes the figures; latencies are keyed by their words.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(completed, forKey: .completed)
        try values.encode(failed, forKey: .failed)
        try values.encode(inputTokens, forKey: .inputTokens)
        try values.encode(outputTokens, forKey: .outputTokens)
        try values.encodeIfPresent(cachedTokens, forKey: .cachedTokens)
        var words = values.nestedContainer(keyedBy: ReportKey.self, forKey: .latencies)
        for metric in LatencyMetric.allCases {
            try words.encodeIfPresent(latencies[metric], forKey: ReportKey(metric.rawValue))
        }
    }

    /// Reads figures; an unknown latency is an error.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        completed = try values.decode(Int.self, forKey: .completed)
        failed = try values.decode(Int.self, forKey: .failed)
        inputTokens = try values.decode(Int.self, forKey: .inputTokens)
        outputTokens = try values.decode(Int.self, forKey: .outputTokens)
        cachedTokens = try values.decodeIfPresent(Int.self, forKey: .cachedTokens)
        let words = try values.nestedContainer(keyedBy: ReportKey.self, forKey: .latencies)
        try words.rejectOthers(than: Set(LatencyMetric.allCases.map { ReportKey($0.rawValue) }))
        latencies = [:]
        for metric in LatencyMetric.allCases {
            latencies[metric] = try words.decodeIfPresent(Latency.self, forKey: ReportKey(metric.rawValue))
        }
    }
}
