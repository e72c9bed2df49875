internal import ServingCore
internal import ServingTypes
internal import Transport

/// How long placements take.
struct PlaceTiming: Encodable {
    var p50: Double
    var p99: Double
    /// The whole of a submission in the router's core: look-up of the prompt's blocks, placement, books, messages.
    var submissionP50: Double?
    var submissionP99: Double?

    enum CodingKeys: String, CodingKey {
        case p50 = "p50_us"
        case p99 = "p99_us"
        case submissionP50 = "submission_p50_us"
        case submissionP99 = "submission_p99_us"
    }

    private static let requests = 256

    /// Times placements, each with the charges that it leads to, as the router keeps its books.
    static func placements(workers: Int, count: Int, seed: UInt64) -> PlaceTiming {
        var maker = PlaceCluster(workers: workers, seed: seed)
        var cluster = maker.snapshot()
        let requests = (0..<Self.requests).map { _ in maker.request(in: cluster) }
        let placement = Placement(settings: PlacementSettings(layout: PlaceCluster.layout))
        var times: [Double] = []
        // What comes first finds nothing in the processor's caches.
        for index in 0..<count + count / 10 {
            let start = MonotonicClock.now
            let plans = placement.place(requests[index % requests.count], in: cluster)
            if let plan = plans.first?.plan {
                charge(plan.computing.id, 500, in: &cluster)
                charge(plan.decode.id, 0, in: &cluster)
            }
            let elapsed = MonotonicClock.now - start
            if index >= count / 10 { times.append(Double(elapsed.nanoseconds) / 1e3) }
            // What was placed leaves again, so that the load stays what it was.
            if let plan = plans.first?.plan { charge(plan.computing.id, -500, in: &cluster) }
        }
        let distribution = Distribution(times)
        return PlaceTiming(p50: distribution.quantile(0.5), p99: distribution.quantile(0.99))
    }

    private static func charge(_ worker: WorkerID, _ tokens: Int, in cluster: inout ClusterSnapshot) {
        guard let place = cluster.place(of: worker) else { return }
        cluster.update(at: place) { $0.queuedTokens = max(0, $0.queuedTokens + tokens) }
    }
}
