internal import DaemonKit
internal import ServingCore
internal import ServingTypes

/// Latencies of the requests that ended lately.
struct RecentRequests: Sendable {
    private var count = 0
    private var outputTokens = 0
    private var ttfts: [Double] = []
    private var tpots: [Double] = []

    /// Takes one request; `false` when it, and so all before it, ended too long ago.
    mutating func take(_ record: RequestRecord, now: Timestamp, within time: Duration) -> Bool {
        guard now - (record.submittedAt + record.elapsed) <= time else { return false }
        count += 1
        outputTokens += record.outputTokens
        if let ttft = record.ttft { ttfts.append(ttft.milliseconds) }
        if let tpot = record.tpot { tpots.append(tpot.milliseconds) }
        return true
    }

    /// The sums.
    func document(seconds: Double) -> ClusterDocument.Recent {
        var recent = ClusterDocument.Recent(seconds: seconds)
        recent.requests = count
        recent.outputTokens = outputTokens
        let (sortedTTFTs, sortedTPOTs) = (ttfts.sorted(), tpots.sorted())
        recent.ttftMsP50 = Self.quantile(0.5, of: sortedTTFTs)
        recent.ttftMsP99 = Self.quantile(0.99, of: sortedTTFTs)
        recent.tpotMsP50 = Self.quantile(0.5, of: sortedTPOTs)
        recent.tpotMsP99 = Self.quantile(0.99, of: sortedTPOTs)
        return recent
    }

    private static func quantile(_ share: Double, of sorted: [Double]) -> Double? {
        nearestRank(share, of: sorted).map { Milliseconds(seconds: $0 / 1_000).value }
    }

    /// The smallest of the values that at least the share of them does not exceed; `nil` of none.
    static func nearestRank(_ share: Double, of sorted: [Double]) -> Double? {
        guard !sorted.isEmpty else { return nil }
        return sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
    }
}
