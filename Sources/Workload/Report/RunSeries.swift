/// A run in time: one value per interval in each column, all columns equally long.
public struct RunSeries: Hashable, Sendable {
    /// Length of an interval, in seconds.
    public var intervalSeconds: Double
    /// Requests that were to be sent in the interval.
    public var scheduled: [Int] = []
    /// Requests that were sent.
    public var sent: [Int] = []
    /// Requests whose last token came.
    public var completed: [Int] = []
    /// Requests that failed.
    public var failed: [Int] = []
    /// Output tokens that came.
    public var outputTokens: [Int] = []
    /// Requests that were in flight at any time in the interval.
    public var inFlight: [Int] = []

    /// An empty series.
    public init(intervalSeconds: Double) { self.intervalSeconds = intervalSeconds }

    /// Intervals.
    public var count: Int { scheduled.count }
}
