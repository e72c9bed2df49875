internal import Observability
internal import ServingCore
internal import ServingTypes

extension RequestTimeline {
    /// The spans of the request, its own first, each after the one it lies in.
    ///
    /// ```
    /// POST /v1/chat/completions
    /// ├─ receive
    /// ├─ tokenize
    /// ├─ chat MODEL              one per choice: GenAI's own span
    /// │  ├─ queue                before each attempt
    /// │  └─ attempt
    /// │     ├─ first token
    /// │     │  ├─ prefill queue  on the worker, as are the next two
    /// │     │  ├─ fetch
    /// │     │  └─ prefill
    /// │     ├─ KV transfer
    /// │     ├─ hand-off gap
    /// │     └─ decode
    /// └─ stream
    /// ```
    var spans: [Span] {
        let end = endedAt ?? records.map { $0.submittedAt + $0.elapsed }.max() ?? tokenizedAt ?? arrivedAt
        var tree = SpanTree(self)
        let root = tree.root(
            "POST \(path)",
            parent: parent,
            SpanTree.Window(start: arrivedAt, end: max(arrivedAt, end))
        )
        tree.updateRoot { span in
            span.attributes = rootAttributes
            // By convention what the client did wrong is no failure of the server's span.
            if let failure, failure.status >= 500 { span.failure = failure.message }
        }
        if let readAt { tree.add("receive", in: root, from: arrivedAt, to: readAt) }
        if let readAt, let tokenizedAt {
            let tokens = request.map { [SpanAttribute("baton.prompt_tokens", $0.promptTokens)] }
            tree.add("tokenize", in: root, from: readAt, to: tokenizedAt, tokens ?? [])
        }
        for record in records { tree.add(record, in: root, asked: request) }
        if let streamedAt { tree.add("stream", in: root, from: streamedAt, to: end) }
        return tree.spans
    }

    private var rootAttributes: [SpanAttribute] {
        var attributes = [
            SpanAttribute("http.request.method", "POST"), SpanAttribute("http.route", path),
            SpanAttribute("url.path", path), SpanAttribute("baton.client_request_id", requestID),
            SpanAttribute("baton.tenant", tenant),
        ]
        if let status { attributes.append(SpanAttribute("http.response.status_code", status)) }
        if let request {
            attributes += request.attributes
            attributes += [
                SpanAttribute("gen_ai.usage.input_tokens", request.promptTokens),
                SpanAttribute("gen_ai.usage.output_tokens", records.reduce(0) { $0 + $1.outputTokens }),
            ]
            if request.fields.choiceCount > 1 {
                attributes.append(SpanAttribute("gen_ai.request.choice.count", request.fields.choiceCount))
            }
        }
        if let failure { attributes.append(SpanAttribute("error.type", failure.code ?? failure.type)) }
        return attributes
    }
}

extension RequestTimeline.Asked {
    /// GenAI's name of what is done.
    var operation: String {
        switch endpoint {
        case .chat: "chat"
        case .completion: "text_completion"
        }
    }

    /// What was asked for, in the names of GenAI's conventions; neither prompt nor answer.
    var attributes: [SpanAttribute] {
        let sampling = fields.sampling
        return [
            SpanAttribute("gen_ai.operation.name", operation),
            SpanAttribute("gen_ai.provider.name", "baton"),
            SpanAttribute("gen_ai.request.model", fields.model),
            SpanAttribute("gen_ai.request.max_tokens", sampling.maxTokens),
            SpanAttribute("gen_ai.request.temperature", .number(Double(sampling.temperature))),
            SpanAttribute("gen_ai.request.top_p", .number(Double(sampling.topP))),
            SpanAttribute("baton.request_class", requestClass),
            SpanAttribute("baton.stream", .flag(fields.isStream)),
        ]
    }
}

extension SpanTree {
    /// One choice, from its submission to its end.
    fileprivate mutating func add(_ record: RequestRecord, in root: Node, asked: RequestTimeline.Asked?) {
        let submitted = record.submittedAt
        var attributes = asked?.attributes ?? []
        attributes += [
            SpanAttribute("baton.request_id", "\(record.request)"),
            SpanAttribute("baton.attempts", record.attempts.last.map { Int($0.number) } ?? 0),
            SpanAttribute("gen_ai.usage.input_tokens", record.promptTokens),
            SpanAttribute("gen_ai.usage.output_tokens", record.outputTokens),
        ]
        if let reason = record.finishReason {
            attributes.append(SpanAttribute("gen_ai.response.finish_reasons", .texts([reason.word])))
        }
        if let ttft = record.ttft { attributes.append(SpanAttribute("baton.ttft_seconds", ttft)) }
        if let gap = record.gap { attributes.append(SpanAttribute("baton.gap_seconds", gap)) }
        let choice = add(
            asked.map { "\($0.operation) \($0.fields.model)" } ?? "choice",
            in: root,
            from: submitted,
            to: submitted + record.elapsed,
            attributes,
            failure: record.failure
        )
        var waitingSince = submitted
        for attempt in record.attempts {
            let placed = submitted + attempt.placedAfter
            add("queue", in: choice, from: waitingSince, to: placed)
            add(attempt, in: choice, submittedAt: submitted)
            waitingSince = submitted + attempt.endedAfter
        }
        // What was never placed, or not again, waited to its end.
        let end = submitted + record.elapsed
        if waitingSince < end {
            add("queue", in: choice, from: waitingSince, to: end, failure: record.failure)
        }
    }
}

extension RequestRecord {
    /// How the answer ended for the client; a stop string is an end like any other.
    fileprivate var finishReason: FinishReason? {
        switch outcome {
        case .finished(let reason): reason
        case .cancelled(.stopString): .stop
        case .cancelled, .failed: nil
        }
    }

    /// Why the client did not get all of it.
    fileprivate var failure: ServingError? {
        switch outcome {
        case .finished, .cancelled(.stopString): nil
        case .cancelled(let reason): ServingError(.cancelled, "given up: \(reason)")
        case .failed(let error): error
        }
    }
}
