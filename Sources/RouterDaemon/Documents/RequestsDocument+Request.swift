internal import DaemonKit
internal import ServingCore
internal import ServingTypes

extension RequestsDocument.Request {
    /// A request in flight.
    init(_ progress: RequestProgress, _ label: RecordBook.Label?, now: Timestamp) {
        let status = progress.status
        let running = progress.attempts.last.flatMap { $0.failure == nil ? $0 : nil }
        self.init(
            request: label?.name ?? "",
            id: progress.request.description,
            tenant: label?.tenant ?? "",
            requestClass: label?.requestClass ?? "",
            priority: status.priority.name,
            state: RequestsDocument.State(status.phase, running),
            promptTokens: status.promptTokens,
            maxOutputTokens: status.maxOutputTokens,
            ageMs: Milliseconds(now - status.submittedAt).value
        )
        outputTokens = status.outputTokens
        ttftMs = status.ttft.map { Milliseconds($0).value }
        attempt = Int(status.attempt)
        if let chosen = running?.chosen {
            cachedTokens = chosen.hitTokens + chosen.fetchedTokens
            prefillWorker = chosen.plan.computing.id.rawValue
            decodeWorker = chosen.plan.decode.id.rawValue
        }
        stages = RequestsDocument.Stage.stages(of: progress)
    }
}

extension RequestsDocument.State {
    /// - Parameter running: the attempt that runs; `nil` while the request waits.
    init(_ phase: RequestStatus.Phase, _ running: AttemptRecord?) {
        self =
            switch phase {
            case .waiting: .waiting
            case .placed:
                running?.firstTokenAfter == nil
                    ? .prefill : running?.chosen.plan.prefill == nil ? .decode : .transfer
            case .decoding, .over: .decode
            }
    }
}

extension RequestsDocument.Stage {
    /// What a request did since its arrival, in order; the last stage lasts.
    static func stages(of progress: RequestProgress) -> [Self] {
        func ms(_ duration: Duration) -> Double { Milliseconds(duration).value }
        var (stages, end): ([Self], Duration) = ([], .zero)
        for attempt in progress.attempts {
            if attempt.placedAfter > end {
                stages.append(Self("waiting", startMs: ms(end), endMs: ms(attempt.placedAfter)))
            }
            let number = Int(attempt.number)
            guard attempt.failure == nil else {
                end = attempt.endedAfter
                stages.append(
                    Self("failed", attempt: number, startMs: ms(attempt.placedAfter), endMs: ms(end))
                )
                continue
            }
            let isPair = attempt.chosen.plan.prefill != nil
            let marks = [
                ("prefill", attempt.placedAfter), ("transfer", isPair ? attempt.firstTokenAfter : nil),
                ("decode", isPair ? attempt.secondTokenAfter : attempt.firstTokenAfter),
            ]
            let begun = marks.compactMap { name, start in start.map { (name, ms($0)) } }
            for (index, (name, start)) in begun.enumerated() {
                let next = index + 1 < begun.count ? begun[index + 1].1 : nil
                stages.append(Self(name, attempt: number, startMs: start, endMs: next))
            }
        }
        if progress.status.phase == .waiting { stages.append(Self("waiting", startMs: ms(end))) }
        return stages
    }
}
