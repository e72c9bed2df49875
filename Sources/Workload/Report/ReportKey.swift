/// A key of a report's JSON; those of latencies are made of the metric's word.
struct ReportKey: CodingKey, Hashable {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    static func percentile(_ percentile: Double, _ metric: LatencyMetric) -> Self {
        Self("p\(NumberText.shortest(percentile))_\(metric.rawValue)_ms")
    }
}

extension KeyedDecodingContainer where Key == ReportKey {
    /// Fails if there is a key besides those named.
    func rejectOthers(than known: Set<ReportKey>) throws {
        let unknown = allKeys.filter { !known.contains($0) }.map(\.stringValue).sorted()
        guard unknown.isEmpty else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: codingPath,
                    debugDescription: "unknown keys: \(unknown.joined(separator: ", "))"
                )
            )
        }
    }

    /// A failure of this container, with what is wrong.
    func corrupted(_ key: ReportKey, _ description: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: codingPath + [key], debugDescription: description))
    }

    /// A time written as milliseconds.
    func time(_ key: ReportKey) throws -> Duration? {
        guard let milliseconds = try decodeIfPresent(Double.self, forKey: key) else { return nil }
        return try time(milliseconds, key)
    }

    /// A time from milliseconds.
    func time(_ milliseconds: Double, _ key: ReportKey) throws -> Duration {
        guard abs(milliseconds) <= 1e12 else { throw corrupted(key, "\(milliseconds) ms is no time") }
        return .nanoseconds(Int64((milliseconds * 1e6).rounded()))
    }

    /// A number, or the word `inf`.
    func number(_ key: ReportKey) throws -> Double? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        guard let word = try? decode(String.self, forKey: key) else {
            return try decode(Double.self, forKey: key)
        }
        guard word == "inf" else { throw corrupted(key, "\"\(word)\" is no number") }
        return .infinity
    }
}

extension KeyedEncodingContainer where Key == ReportKey {
    /// Writes milliseconds.
    mutating func encode(_ time: Duration?, _ key: ReportKey) throws {
        try encodeIfPresent(time?.milliseconds, forKey: key)
    }

    /// Writes a number; an infinite one, which JSON cannot hold, as the word `inf`.
    mutating func encode(_ number: Double?, _ key: ReportKey) throws {
        if number == .infinity {
            try encode("inf", forKey: key)
        } else {
            try encodeIfPresent(number, forKey: key)
        }
    }
}
