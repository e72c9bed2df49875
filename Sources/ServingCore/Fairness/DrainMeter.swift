import ServingTypes

/// How fast waiting requests get their places, in cost units per second, over the last seconds.
///
/// Time in which nothing waits does not count, so that the figure is what the cluster can do.
struct DrainMeter: Sendable {
    private static let window = Duration.seconds(5)

    /// Cost served, and time in which something waited, of the window before and of this one.
    private var (earlierCost, earlierTime) = (0, Duration.zero)
    private var (cost, time) = (0, Duration.zero)
    private var busySince: Timestamp?

    /// Notes whether requests wait from now on.
    mutating func note(isBacklogged: Bool, now: Timestamp) {
        advance(now)
        busySince = isBacklogged ? now : nil
    }

    /// Notes that a request was served; only what is served while others wait says what is possible.
    mutating func serve(cost served: Int, now: Timestamp) {
        guard busySince != nil else { return }
        advance(now)
        cost += served
    }

    /// Cost units per second; `nil` until there was enough to see.
    var rate: Double? {
        let seconds = (earlierTime + time).inSeconds
        return seconds >= 1 && earlierCost + cost > 0 ? Double(earlierCost + cost) / seconds : nil
    }

    private mutating func advance(_ now: Timestamp) {
        guard let since = busySince else { return }
        time += max(.zero, now - since)
        busySince = now
        guard time >= Self.window else { return }
        (earlierCost, earlierTime) = (cost, time)
        (cost, time) = (0, .zero)
    }
}
