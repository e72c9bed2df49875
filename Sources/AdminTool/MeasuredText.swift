internal import ServingTypes

/// What was predicted of an attempt beside what its workers and the router measured.
struct MeasuredText {
    private let attempt: DecisionAttempt

    init(_ attempt: DecisionAttempt) { self.attempt = attempt }

    var text: String {
        var table = TextTable(["ms", "PREDICTED", "MEASURED", "ERROR"])
        for row in rows {
            table.add([row.name, cell(row.predicted), cell(row.measured), row.error.map(Self.percent) ?? ""])
        }
        return ([table.text] + details).joined(separator: "\n")
    }

    private struct Row {
        var name: String
        var predicted: Milliseconds?
        var measured: Milliseconds?
        var error: Double?
    }

    private func cell(_ time: Milliseconds?) -> String { time.map(Quantities.plainMilliseconds) ?? "-" }

    private static func percent(_ share: Double) -> String {
        let percent = Int((share * 100).rounded())
        return "\(percent < 0 ? "" : "+")\(percent) %"
    }

    private var rows: [Row] {
        let (plan, report) = (attempt.chosen, attempt.computingReport)
        let parts = plan.parts
        let isWhole = plan.prefill == nil
        // A whole prompt begins with the worker's next step; the worker counts that as waiting.
        let wait = parts.wait + parts.fetch + (isWhole ? parts.admission : 0)
        let queue = report.map { Milliseconds($0.queue) }
        let prefill = report.map { Milliseconds($0.prefill) }
        var rows = [
            Row(name: "wait", predicted: Milliseconds(seconds: wait), measured: queue),
            Row(name: "prefill", predicted: Milliseconds(seconds: parts.prefill), measured: prefill),
        ]
        if plan.fetchSource != nil {
            let fetch = report.map { Milliseconds($0.fetch) }
            rows.insert(Row(name: "fetch, while waiting", predicted: plan.fetch, measured: fetch), at: 0)
        }
        rows.append(
            Row(name: "TTFT", predicted: plan.ttft, measured: attempt.ttft, error: attempt.ttftError)
        )
        if !isWhole { rows += handOffRows }
        rows.append(Row(name: "gap", predicted: plan.gap, measured: attempt.gap, error: attempt.gapError))
        let decode = attempt.decodeReport.map { Milliseconds($0.decode) }
        return rows + [Row(name: "decode", measured: decode)]
    }

    /// What the gap of a hand-off is made of.
    private var handOffRows: [Row] {
        let parts = attempt.chosen.parts
        let transfer = attempt.decodeReport.map { Milliseconds($0.exposedTransfer) }
        let rest = attempt.gap.flatMap { gap in transfer.map { gap - $0 } }
        return [
            Row(name: "transfer", predicted: Milliseconds(seconds: parts.transfer), measured: transfer),
            Row(
                name: "admission, first step",
                predicted: Milliseconds(seconds: parts.admission + parts.firstStep),
                measured: rest
            ),
        ]
    }

    /// What the workers did, in numbers other than times.
    private var details: [String] {
        let plan = attempt.chosen
        var lines: [String] = []
        if plan.prefill != nil {
            lines.append("\(plan.computing): \(attempt.prefillReport.map(computed) ?? "no report")")
        }
        guard let report = attempt.decodeReport else {
            return (lines + ["\(plan.decode): no report"]).map(wrapped)
        }
        var words = plan.prefill == nil ? [computed(report)] : []
        if plan.prefill != nil {
            let time = Milliseconds(report.transfer)
            words.append("received \(Quantities.bytes(report.transferBytes)) in \(time)")
        }
        words.append("\(report.outputTokens) tokens in \(Milliseconds(report.decode))")
        lines.append("\(plan.decode): \(words.joined(separator: ", "))")
        return lines.map(wrapped)
    }

    private func wrapped(_ line: String) -> String { WrappedText.wrap(line, indent: 2) }

    private func computed(_ report: StageReport) -> String {
        var words = ["\(report.computedTokens) tokens computed", "\(report.hitTokens) found in cache"]
        if report.fetchedTokens > 0 || attempt.chosen.fetchSource != nil {
            let source = attempt.chosen.fetchSource ?? "another worker"
            words.append("\(report.fetchedTokens) fetched from \(source)")
        }
        if attempt.chosen.prefill != nil {
            words.append("sent \(Quantities.bytes(report.transferBytes)) in \(Milliseconds(report.transfer))")
            if report.wireBytes > 0, report.wireBytes != report.transferBytes {
                words.append("\(Quantities.bytes(report.wireBytes)) on the wire")
            }
        }
        return words.joined(separator: ", ")
    }
}
