internal import ServingTypes
internal import Workload

/// Failed requests by reason, with what the failures said.
struct FailureSection {
    /// Different messages shown.
    private static let messageLimit = 12

    private struct Message: Hashable {
        let reason: FailureReason
        let text: String
    }

    let runs: [RunView]

    func html() -> Markup {
        guard runs.contains(where: { $0.report.failed > 0 }) else { return "<p>No request failed.</p>\n" }
        return "<div class=\"tables\">\n\(counts)\(messages)</div>\n"
    }

    private var counts: Markup {
        var table = Table(caption: "Failed requests by reason", columns: ["Reason"] + runs.map(\.name))
        for reason in FailureReason.allCases.sorted() {
            let counts = runs.map { $0.report.failures[reason] ?? 0 }
            guard counts.contains(where: { $0 > 0 }) else { continue }
            table.add([.init(reason.rawValue)] + zip(runs, counts).map { .init(share($1, of: $0.report)) })
        }
        table.add([.init("all")] + runs.map { .init(share($0.report.failed, of: $0.report)) })
        return table.html()
    }

    private func share(_ count: Int, of report: RunReport) -> String {
        let all = report.completed + report.failed
        guard count > 0, all > 0 else { return NumberText.whole(count) }
        return "\(NumberText.whole(count)) (\(NumberText.percent(Double(count) / Double(all))))"
    }

    /// The most frequent messages, each with the first request that met it.
    private var messages: Markup {
        var found: [Message: (count: Int, run: RunView, first: Int)] = [:]
        for run in runs {
            for request in run.report.requests ?? [] {
                guard let reason = request.failure, let detail = request.failureDetail, !detail.isEmpty else {
                    continue
                }
                let text = String(detail.prefix(RequestOutcome.detailLimit))
                found[Message(reason: reason, text: text), default: (0, run, request.index)].count += 1
            }
        }
        guard !found.isEmpty else { return "" }
        let sorted = found.sorted { left, right in
            let (a, b) = (left.value, right.value)
            return (b.count, a.run.index, a.first) < (a.count, b.run.index, b.first)
        }
        let shown = sorted.prefix(Self.messageLimit)
        var table = Table(
            caption:
                "What failures said: \(shown.count) of \(found.count) messages, most frequent first",
            columns: ["Reason", "Requests", "First", "Message"]
        )
        for (message, place) in shown {
            let first = runs.count > 1 ? "\(place.run.name) #\(place.first)" : "#\(place.first)"
            let cells = [message.reason.rawValue, NumberText.whole(place.count), first]
            table.add(cells.map { .init($0) } + [.init(message.text, "text")])
        }
        return table.html()
    }
}
