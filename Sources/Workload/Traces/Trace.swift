/// Recorded requests, in order of arrival.
public struct Trace: Hashable, Sendable {
    /// The requests; arrivals never fall.
    public var records: [TraceRecord]
    /// Tokens covered by each block identity; 0 when the trace has none.
    public var blockTokens: Int
    /// Lines left out because they record a request without prompt or answer.
    public var skippedCount: Int

    /// Recorded requests; their arrivals must not fall.
    public init(records: [TraceRecord], blockTokens: Int = 0, skippedCount: Int = 0) {
        self.records = records
        self.blockTokens = blockTokens
        self.skippedCount = skippedCount
    }

    /// The arrivals, for ``ArrivalProcess/trace(offsets:timeScale:)``.
    public var arrivals: [Duration] { records.map(\.arrival) }

    /// From the first arrival to the last.
    public var span: Duration {
        guard let first = records.first, let last = records.last else { return .zero }
        return last.arrival - first.arrival
    }

    /// The part that arrives from `start` on for less than `length`, both counted from the first arrival.
    public func window(from start: Duration, for length: Duration) -> Trace {
        guard let origin = records.first?.arrival else { return self }
        var part = self
        part.records = records.filter { record in
            let offset = record.arrival - origin
            return offset >= start && offset - start < length
        }
        return part
    }

    /// The first requests only.
    public func prefix(_ count: Int) -> Trace {
        var part = self
        part.records = Array(records.prefix(count))
        return part
    }
}
