internal import DaemonKit
internal import ServingTypes

/// The first lines of `batonctl top`: the cluster in figures, each line of at most 80 columns.
struct TopHeader {
    let cluster: ClusterDocument
    let rates: TopRates?
    /// How often the router is asked, or that it is not.
    let mode: String
    let clock: String

    /// Router, requests, tokens, latencies, workers.
    func lines(width: Int) -> [StyledLine] {
        [title(width), requests, tokens, latencies, workers]
    }

    private func title(_ width: Int) -> StyledLine {
        let model = cluster.model.isEmpty ? "no model yet" : cluster.model
        let uptime = Quantities.uptime(.fromSeconds(cluster.uptimeS))
        let end = "\(mode)  \(clock)"
        let space = max(0, width - DisplayWidth.of(end) - 2)
        var line = StyledLine()
        line.add(DisplayWidth.cut("\(cluster.router)  \(model)  up \(uptime)", to: space), .bold)
        line.pad(to: width - DisplayWidth.of(end))
        line.add(end)
        return line
    }

    private var requests: StyledLine {
        var line = StyledLine("requests  ", .cyan)
        line.add("\(cluster.requestsInFlight) in flight", .bold)
        if cluster.requestsWaiting > 0 { line.add(", \(cluster.requestsWaiting) waiting", .yellow) }
        line.add(", " + rate(rates?.requests, "new"))
        let failed = cluster.totals.failed
        line.add(", \(Quantities.count(Double(cluster.totals.finished))) done, ")
        line.add("\(Quantities.count(Double(failed))) failed", failed > 0 ? .red : .plain)
        return line
    }

    private var tokens: StyledLine {
        var line = StyledLine("tokens    ", .cyan)
        line.add("\(rate(rates?.promptTokens, "in")), \(rate(rates?.outputTokens, "out"))")
        return line
    }

    private var latencies: StyledLine {
        let recent = cluster.recent
        var line = StyledLine("TTFT      ", .cyan)
        line.add("p50 \(time(recent.ttftMsP50)), p99 \(time(recent.ttftMsP99))  ")
        line.add("TPOT  ", .cyan)
        line.add("p50 \(time(recent.tpotMsP50)), p99 \(time(recent.tpotMsP99))")
        line.add("  of \(recent.requests) in \(Int(recent.seconds)) s", .dim)
        return line
    }

    private var workers: StyledLine {
        var line = StyledLine("workers   ", .cyan)
        let present = cluster.workers.filter { $0.state != .dead }
        let roles = ["prefill", "decode"].map { role in "\(present.count { $0.role == role }) \(role)" }
        line.add(roles.joined(separator: ", "))
        for state in ClusterDocument.WorkerState.allCases where state != .live {
            let count = cluster.workers.count { $0.state == state }
            if count > 0 {
                line.add(", ")
                line.add("\(count) \(state.rawValue)", state.style)
            }
        }
        line.add("   ")
        line.add("links  ", .cyan)
        line.add("\(cluster.linkCount)")
        let degraded = cluster.links.count(where: \.degraded)
        if degraded > 0 {
            line.add(", ")
            line.add("\(degraded) degraded", .red)
        }
        return line
    }

    private func rate(_ value: Double?, _ word: String) -> String {
        value.map { "\(Quantities.frequency($0))/s \(word)" } ?? "-/s \(word)"
    }

    private func time(_ milliseconds: Double?) -> String {
        milliseconds.map { Quantities.shortTime(.fromSeconds($0 / 1_000)) } ?? "-"
    }
}
