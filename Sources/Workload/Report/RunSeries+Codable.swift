extension RunSeries: Codable {
    private static let interval = ReportKey("interval_s")
    private static let columns: [(key: ReportKey, path: WritableKeyPath<Self, [Int]> & Sendable)] = [
        (ReportKey("scheduled"), \.scheduled), (ReportKey("sent"), \.sent),
        (ReportKey("completed"), \.completed),
        (ReportKey("failed"), \.failed), (ReportKey("output_tokens"), \.outputTokens),
        (ReportKey("in_flight"), \.inFlight),
    ]

    /// Writes one array per column.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: ReportKey.self)
        try values.encode(intervalSeconds, forKey: Self.interval)
        for (key, path) in Self.columns { try values.encode(self[keyPath: path], forKey: key) }
    }

    /// Reads the columns; unequal lengths and unknown keys are errors.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: ReportKey.self)
        try values.rejectOthers(than: Set(Self.columns.map(\.key) + [Self.interval]))
        self.init(intervalSeconds: try values.decode(Double.self, forKey: Self.interval))
        guard intervalSeconds > 0 else { throw values.corrupted(Self.interval, "an interval has a length") }
        for (key, path) in Self.columns {
            self[keyPath: path] = try values.decode([Int].self, forKey: key)
            guard self[keyPath: path].count == count else {
                throw values.corrupted(
                    key,
                    "\(self[keyPath: path].count) values where other columns have \(count)"
                )
            }
        }
    }
}
