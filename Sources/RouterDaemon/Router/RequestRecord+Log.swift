internal import Logging
internal import ServingCore
internal import ServingTypes

extension RequestRecord {
    /// Fields of the log line about a request that has ended; times and bytes are the last attempt's.
    var logFields: Logger.Metadata {
        var fields: Logger.Metadata = [
            "request": "\(request)", "outcome": "\(outcome)", "prompt_tokens": "\(promptTokens)",
            "output_tokens": "\(outputTokens)", "attempts": "\(attempts.count)",
            "ttft_ms": "\(ttft?.milliseconds ?? 0)", "elapsed_ms": "\(elapsed.milliseconds)",
            "priority": "\(terms.priority.name)",
        ]
        if let gap { fields["gap_ms"] = "\(gap.milliseconds)" }
        guard let attempt = attempts.last else { return fields }
        // What was predicted counts from the placement.
        fields["placed_ms"] = "\(attempt.placedAfter.milliseconds)"
        fields["predicted_ttft_ms"] = "\(attempt.chosen.predictedTTFT.milliseconds)"
        if let report = attempt.prefillReport ?? attempt.decodeReport {
            fields["queue_ms"] = "\(report.queue.milliseconds)"
            fields["prefill_ms"] = "\(report.prefill.milliseconds)"
        }
        if let report = attempt.decodeReport { fields["decode_ms"] = "\(report.decode.milliseconds)" }
        let plan = attempt.chosen.plan
        fields["plan"] = "\(plan)"
        if plan.prefill != nil || plan.fetch != nil { fields["codec"] = "\(plan.codec.name)" }
        if let budget = plan.budget { fields["kv_budget_tokens"] = "\(budget.tokens)" }
        if let fetch = plan.fetch {
            let report = attempt.prefillReport ?? attempt.decodeReport
            fields["fetched_from"] = "\(fetch.source.worker)"
            fields["fetched_tokens"] = "\(report?.fetchedTokens ?? 0)"
            fields["fetch_ms"] = "\(report?.fetch.milliseconds ?? 0)"
        }
        if plan.prefill != nil {
            fields["predicted_gap_ms"] = "\(attempt.chosen.predictedGap.milliseconds)"
        }
        if plan.prefill != nil, let report = attempt.decodeReport ?? attempt.prefillReport {
            fields["transfer_bytes"] = "\(report.transferBytes)"
            fields["transfer_ms"] = "\(report.transfer.milliseconds)"
            fields["exposed_transfer_ms"] = "\(report.exposedTransfer.milliseconds)"
        }
        return fields
    }
}
