internal import Observability
internal import ServingCore
internal import ServingTypes

/// One attempt and its stages.
///
/// The router knows when it placed an attempt and when tokens came; workers report how long their stages
/// took, on clocks of their own. A stage of a worker is put onto the router's clock where the two agree best:
/// queue and prefill into the middle of the time from placement to the first token, as if both ways over the
/// network took equally long; a transfer so that it ends as long after the first token's prefill as the
/// sender reports. Such spans say
/// `baton.clock` = `worker`: their length is measured, their place is estimated.
extension SpanTree {
    mutating func add(_ attempt: AttemptRecord, in choice: Node, submittedAt: Timestamp) {
        let placed = submittedAt + attempt.placedAfter
        let ended = submittedAt + attempt.endedAfter
        let node = add(
            "attempt",
            in: choice,
            from: placed,
            to: ended,
            attempt.attributes,
            failure: attempt.failure
        )
        let first = attempt.firstTokenAfter.map { submittedAt + $0 }
        addFirstToken(of: attempt, in: node, placed: placed, first: first)
        guard let first else { return }
        let second = attempt.secondTokenAfter.map { submittedAt + $0 }
        let isPair = attempt.chosen.plan.prefill != nil
        if isPair, let second {
            let predicted = SpanAttribute("baton.predicted_seconds", attempt.chosen.predictedGap)
            add("hand-off gap", in: node, from: first, to: second, [predicted])
        }
        // Without a second token there is nothing that the decode worker has shown.
        guard let begin = isPair ? second : first else { return }
        add("decode", in: node, from: begin, to: ended, attempt.decodeAttributes)
    }

    /// From placement to the first token, and what the prefilling worker did meanwhile.
    private mutating func addFirstToken(
        of attempt: AttemptRecord,
        in node: Node,
        placed: Timestamp,
        first: Timestamp?
    ) {
        let plan = attempt.chosen.plan
        var prefilled = first ?? node.window.end
        var parent = node
        if let first {
            let predicted = SpanAttribute(
                "baton.predicted_seconds",
                attempt.chosen.predictedTTFT
            )
            parent = add("first token", in: node, from: placed, to: first, [predicted])
        }
        let computing = plan.prefill == nil ? attempt.decodeReport : attempt.prefillReport
        if let report = computing {
            let slack = max(.zero, parent.window.end - parent.window.start - report.queue - report.prefill)
            let queued = parent.window.start + slack / 2
            let worker = SpanAttribute("baton.worker", "\(plan.computing.id)")
            let marks = [worker, Self.workerClock]
            add("prefill queue", in: parent, from: queued, to: queued + report.queue, marks)
            addFetch(plan.fetch, report, in: parent, from: queued, marks)
            if report.prefill > .zero {
                let begin = queued + report.queue
                prefilled = min(prefilled, begin + report.prefill)
                add("prefill", in: parent, from: begin, to: prefilled, marks + report.prefillAttributes)
            }
        }
        addTransfer(of: attempt, in: node, prefilled: prefilled)
    }

    /// A fetch runs while the prompt is queued.
    private mutating func addFetch(
        _ fetch: KVFetchPlan?,
        _ report: StageReport,
        in parent: Node,
        from start: Timestamp,
        _ marks: [SpanAttribute]
    ) {
        guard let fetch, report.fetch > .zero || report.fetchedTokens > 0 else { return }
        let attributes = [
            SpanAttribute("baton.fetch.source", "\(fetch.source.worker.id)"),
            SpanAttribute("baton.fetch.tokens", report.fetchedTokens),
        ]
        add("fetch", in: parent, from: start, to: start + report.fetch, marks + attributes)
    }

    private mutating func addTransfer(of attempt: AttemptRecord, in node: Node, prefilled: Timestamp) {
        let plan = attempt.chosen.plan
        guard let prefill = plan.prefill, let report = attempt.prefillReport ?? attempt.decodeReport,
            report.transfer > .zero
        else { return }
        let verified = prefilled + report.exposedTransfer
        let attributes = [
            SpanAttribute("baton.kv.path", "\(prefill.id) -> \(plan.decode.id)"),
            SpanAttribute("baton.kv.codec", plan.codec.name),
            SpanAttribute("baton.kv.bytes", report.transferBytes),
            SpanAttribute("baton.kv.wire_bytes", report.wireBytes),
            SpanAttribute("baton.kv.exposed_seconds", report.exposedTransfer), Self.workerClock,
        ]
        add("KV transfer", in: node, from: verified - report.transfer, to: verified, attributes)
    }

    private static var workerClock: SpanAttribute { SpanAttribute("baton.clock", "worker") }
}

extension Timestamp {
    fileprivate static func - (left: Self, duration: Duration) -> Self { left + (.zero - duration) }
}

extension AttemptRecord {
    /// The plan, and what was expected of it.
    fileprivate var attributes: [SpanAttribute] {
        let plan = chosen.plan
        var attributes = [
            SpanAttribute("baton.attempt", Int(number)), SpanAttribute("baton.plan", plan.description),
            SpanAttribute("baton.decode_worker", "\(plan.decode.id)"),
            SpanAttribute("baton.hit_tokens", chosen.hitTokens),
        ]
        if let prefill = plan.prefill {
            attributes.append(SpanAttribute("baton.prefill_worker", "\(prefill.id)"))
            attributes.append(SpanAttribute("baton.kv.codec", plan.codec.name))
        }
        if let budget = plan.budget {
            attributes.append(SpanAttribute("baton.kv.budget_tokens", budget.tokens))
        }
        if let fetch = plan.fetch {
            attributes.append(SpanAttribute("baton.fetch.source", "\(fetch.source.worker.id)"))
        }
        if failure != nil { attributes.append(SpanAttribute("baton.refused", .flag(wasRefused))) }
        return attributes
    }

    /// What the decode worker reported of its part.
    fileprivate var decodeAttributes: [SpanAttribute] {
        var attributes = [SpanAttribute("baton.worker", "\(chosen.plan.decode.id)")]
        if let decodeReport {
            attributes.append(SpanAttribute("baton.worker_seconds", decodeReport.decode))
            attributes.append(SpanAttribute("baton.output_tokens", decodeReport.outputTokens))
        }
        return attributes
    }
}

extension StageReport {
    fileprivate var prefillAttributes: [SpanAttribute] {
        [
            SpanAttribute("baton.computed_tokens", computedTokens),
            SpanAttribute("baton.hit_tokens", hitTokens),
        ]
    }
}
