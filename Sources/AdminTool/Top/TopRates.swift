internal import DaemonKit
internal import ServingTypes

/// What happened between two snapshots, per second.
struct TopRates: Equatable {
    /// A path, by its ends.
    struct Path: Hashable {
        var from: String
        var to: String
    }

    /// Requests that came.
    var requests = 0.0
    /// Prompt tokens of requests that ended.
    var promptTokens = 0.0
    /// Tokens that went to clients.
    var outputTokens = 0.0
    /// Bytes that were acknowledged.
    var paths: [Path: Double] = [:]

    /// `nil` when nothing can be said: too little time, or another run of the router.
    init?(from old: TopSnapshot, to new: TopSnapshot) {
        let seconds = (new.time - old.time).inSeconds
        let (before, after) = (old.cluster.totals, new.cluster.totals)
        guard seconds > 0.05, new.cluster.uptimeS >= old.cluster.uptimeS, after.submitted >= before.submitted
        else { return nil }
        func rate(_ old: Int, _ new: Int) -> Double { Double(max(0, new - old)) / seconds }
        requests = rate(before.submitted, after.submitted)
        promptTokens = rate(before.promptTokens, after.promptTokens)
        outputTokens = rate(before.outputTokens, after.outputTokens)
        var delivered: [Path: Int] = [:]
        for link in old.cluster.links { delivered[Path(from: link.from, to: link.to)] = link.deliveredBytes }
        for link in new.cluster.links {
            let path = Path(from: link.from, to: link.to)
            guard let before = delivered[path] else { continue }
            paths[path] = rate(before, link.deliveredBytes)
        }
    }
}
