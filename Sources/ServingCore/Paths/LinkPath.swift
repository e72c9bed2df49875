import ServingTypes

/// What the router knows of one path.
struct LinkPath: Sendable {
    /// Part of the distance by which a neighbour's presence corrects the rate.
    static let step = 0.2
    /// Two rates that were not taken at the same time contradict each other only beyond this.
    static let slack = 1.1

    /// The sender's last word.
    private(set) var report: PathReport
    /// Number of the sender's report that named it last.
    var generation = 0
    /// What it carries with nothing else on its way, in bytes per second; `nil` before a sample.
    private(set) var alone: Double?
    /// Whether the last sample was taken with nothing else on the way.
    private(set) var isProvenAlone = false
    private var contendedThrough = 0
    private var neighbourRate = 0.0

    init(_ report: PathReport) {
        self.report = report
        self.report.sampleCount = 0
    }

    /// Whether it has bytes in flight.
    var isActive: Bool { report.inFlightBytes > 0 }

    /// Bytes that go before those of a new transfer.
    var backlogBytes: Int { report.inFlightBytes + report.waitingBytes }

    /// What it takes of the resources on its way now, in whole bytes per second.
    var load: Int { isActive ? Int(min(max(report.recentBytesPerSecond, 0), 1e15)) : 0 }

    /// Says that the sender no longer names it: nothing is in flight, and nothing waits.
    mutating func stop() {
        (report.inFlightBytes, report.waitingBytes) = (0, 0)
        report.isBacklogged = false
    }

    /// Takes the sender's next word.
    ///
    /// - Parameter neighbours: bytes per second of other senders' paths that share a resource with it: 0
    ///   without any, infinite when they are busy at a rate not known yet.
    /// - Returns: bytes that were delivered since the last word.
    mutating func take(_ next: PathReport, neighbours: Double, prior: Double) -> Int {
        let isSameBoot =
            next.deliveredBytes >= report.deliveredBytes && next.sampleCount >= report.sampleCount
        if !isSameBoot { contendedThrough = 0 }
        let isNews = next.sampleCount != report.sampleCount || alone == nil
        let delivered = isSameBoot ? next.deliveredBytes - report.deliveredBytes : 0
        report = next
        isProvenAlone = false
        guard isNews, next.bytesPerSecond > 0 else { return delivered }
        if neighbours > 0 {
            contendedThrough = next.sampleCount + LinkTable.lingeringSamples
            neighbourRate = neighbours
        }
        guard next.sampleCount <= contendedThrough else {
            alone = next.bytesPerSecond
            isProvenAlone = next.sampleCount > 0
            return delivered
        }
        let most = (next.bytesPerSecond + neighbourRate) * (alone == nil ? 1 : Self.slack)
        let rate = alone ?? prior
        let nearest = max(next.bytesPerSecond, min(most, rate))
        // A rate above the estimate was carried; one below it may be the neighbour's doing.
        alone = alone == nil || nearest > rate ? nearest : rate + Self.step * (nearest - rate)
        return delivered
    }
}
