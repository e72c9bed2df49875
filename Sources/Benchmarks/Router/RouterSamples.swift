/// What the rounds of one kind of request brought.
struct RouterSamples {
    /// Percentiles of one measurement in milliseconds, and the router's processor time per request.
    struct Sample {
        var direct: LatencySummary
        var routed: LatencySummary
        var firstAdded: LatencySummary
        var rate: Double
        var cpuMicroseconds: Double
    }

    private(set) var byClients: [Int: [Sample]] = [:]
    private(set) var saturated: [(rate: Double, cpuMicroseconds: Double)] = []

    mutating func add(direct: ClosedLoop.Outcome, routed: ClosedLoop.Outcome, clients: Int) {
        let sample = Sample(
            direct: LatencySummary(direct.latencies),
            routed: LatencySummary(routed.latencies),
            firstAdded: LatencySummary(routed.firsts) - LatencySummary(direct.firsts),
            rate: routed.rate,
            cpuMicroseconds: Self.cpuMicroseconds(routed)
        )
        byClients[clients, default: []].append(sample)
    }

    mutating func addSaturated(_ outcome: ClosedLoop.Outcome) {
        saturated.append((outcome.rate, Self.cpuMicroseconds(outcome)))
    }

    private static func cpuMicroseconds(_ outcome: ClosedLoop.Outcome) -> Double {
        outcome.processorSeconds * 1e6 / Double(outcome.count)
    }
}
