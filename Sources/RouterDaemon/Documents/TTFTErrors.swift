internal import DaemonKit
internal import ServingCore
internal import ServingTypes

/// How far predictions of the time to the first token were off lately, by the worker that computed the prompt.
struct TTFTErrors: Sendable {
    private let limit: Int
    private var seen = 0
    private var shares: [WorkerID: [Double]] = [:]

    init(limit: Int) { self.limit = limit }

    /// Takes one request; `false` once there were enough.
    mutating func take(_ record: RequestRecord) -> Bool {
        seen += 1
        for attempt in record.attempts where attempt.failure == nil {
            guard let first = attempt.firstTokenAfter, first > attempt.placedAfter else { continue }
            let measured = (first - attempt.placedAfter).inSeconds
            let share = attempt.chosen.predictedTTFT.inSeconds / measured - 1
            shares[attempt.chosen.plan.computing.id, default: []].append(share)
        }
        return seen < limit
    }

    /// The error at one worker; `nil` when nothing tells.
    func document(of worker: WorkerID) -> LoadsDocument.PredictionError? {
        guard let shares = shares[worker],
            let median = Self.quantile(0.5, of: shares.sorted()),
            let p90 = Self.quantile(0.9, of: shares.map { abs($0) }.sorted())
        else { return nil }
        return LoadsDocument.PredictionError(prompts: shares.count, median: median, p90: p90)
    }

    private static func quantile(_ share: Double, of sorted: [Double]) -> Double? {
        RecentRequests.nearestRank(share, of: sorted).map { ($0 * 1_000).rounded() / 1_000 }
    }
}
