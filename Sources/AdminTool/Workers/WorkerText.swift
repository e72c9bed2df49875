internal import DaemonKit
internal import ServingTypes

/// One worker as people read it.
struct WorkerText {
    /// Paths that are listed, the degraded first.
    private static let maxLinks = 8

    private let worker: ClusterDocument.Worker
    private let load: LoadsDocument.Worker?
    private let links: [ClusterDocument.Link]

    init(_ document: WorkerDocument) {
        worker = document.worker
        load = document.load
        links = document.links
    }

    var text: String {
        var parts = [heading]
        if let load {
            parts.append(facts(load).map { WrappedText.wrap($1, after: $0) }.joined(separator: "\n"))
        }
        if !links.isEmpty { parts.append(paths) }
        return parts.joined(separator: "\n\n")
    }

    private var heading: String {
        let site = worker.site.map { ", site \($0)" } ?? ""
        var lines = [
            "\(worker.name): \(worker.role) worker, \(worker.state.rawValue), at \(worker.address)\(site)",
            "model \(worker.model), context \(worker.contextTokens) tokens, "
                + "up to \(worker.maxRunning) sequences at once",
        ]
        if let reason = worker.lossReason {
            let ago = Quantities.uptime(.fromSeconds((worker.lostMs ?? 0) / 1_000))
            lines.append("lost \(ago) ago: \(reason)")
        }
        if worker.isCordoned {
            lines.append("cordoned: batonctl workers resume \(worker.name) lets work back")
        }
        return lines.map { WrappedText.wrap($0, indent: 2) }.joined(separator: "\n")
    }

    private func facts(_ load: LoadsDocument.Worker) -> [(String, String)] {
        func time(_ milliseconds: Double) -> String {
            Quantities.shortTime(.fromSeconds(milliseconds / 1_000))
        }
        let blocks = load.blocks
        let step = load.decodeStepMs.map { "decode \(time($0)), " } ?? ""
        let origin = load.fittedCost == nil ? "by its profile" : "as measured"
        var facts = [
            (
                "REQUESTS  ",
                "\(load.waiting) waiting, \(load.running) running (\(load.decoding) decoding), "
                    + "\(load.assignedRequests) given by this router"
            ),
            (
                "QUEUE     ",
                "\(load.queuedTokens) tokens to compute, a long prompt waits \(time(load.queuedMs))"
            ),
            (
                "KV BLOCKS ",
                "\(worker.blocksUsed) of \(worker.blocksTotal) used: \(blocks.running) running, "
                    + "\(blocks.reserved) reserved, \(blocks.leased) leased; \(blocks.cached) cached"
            ),
            ("STEPS     ", "\(step)prefill of 1024 tokens \(time(load.prefill1024Ms)), \(origin)"),
        ]
        if let error = load.ttftError {
            let median = Quantities.percent(error.median)
            let within = Quantities.share(error.p90)
            facts.append(
                (
                    "TTFT ERROR",
                    "\(median) in the middle, 9 in 10 within \(within), of \(error.prompts) prompts"
                )
            )
        }
        facts.append(("REPORT    ", load.reportAgeMs.map { "\(time($0)) old" } ?? "none yet"))
        return facts
    }

    private var paths: String {
        let sorted = links.sorted { left, right in
            left.degraded == right.degraded ? (left.from, left.to) < (right.from, right.to) : left.degraded
        }
        let lines = LinksCommand.list(of: Array(sorted.prefix(Self.maxLinks)))
        let table = lines.map(\.plain).joined(separator: "\n")
        let rest = links.count - Self.maxLinks
        return rest > 0 ? "\(table)\n\(rest) more: see batonctl links" : table
    }
}
