internal import Observability
internal import ServingCore
internal import ServingTypes

extension DecisionDocument {
    /// A request that has ended.
    ///
    /// - Parameter unixOrigin: the time of day, in nanoseconds since 1970, at the origin of the router's clock.
    init(_ record: RequestRecord, _ label: RecordBook.Label?, unixOrigin: Int64) {
        let failure: String? =
            switch record.outcome {
            // A stop string completes the answer: only the workers see it as given up.
            case .finished, .cancelled(.stopString): nil
            case .failed(let error): error.description
            case .cancelled(.clientGone): "cancelled: the client went away"
            case .cancelled(.deadline): "deadline: the request took longer than it may"
            case .cancelled(.shutdown): "draining: the router stopped"
            }
        self.init(
            request: record.request.description,
            clientRequestID: label?.name ?? "",
            tenant: label?.tenant ?? "",
            requestClass: label?.requestClass ?? "",
            submittedUnixMilliseconds: (unixOrigin + record.submittedAt.nanoseconds) / 1_000_000,
            state: failure == nil ? .finished : .failed,
            outcome: RequestEnding(record.outcome).rawValue,
            failure: failure,
            promptTokens: record.promptTokens,
            outputTokens: record.outputTokens,
            ttft: record.ttft.map { Milliseconds($0) },
            gap: record.gap.map { Milliseconds($0) },
            elapsed: Milliseconds(record.elapsed),
            attempts: record.attempts.map { DecisionAttempt($0, isOver: true) }
        )
    }

    /// A request that is on its way.
    init(
        _ request: RequestID,
        _ status: RequestStatus,
        _ attempts: [AttemptRecord],
        _ label: RecordBook.Label?,
        unixOrigin: Int64
    ) {
        let state: State =
            switch status.phase {
            case .waiting: .waiting
            case .placed: status.outputTokens == 0 ? .prefilling : .decoding
            case .decoding, .over: .decoding
            }
        self.init(
            request: request.description,
            clientRequestID: label?.name ?? "",
            tenant: label?.tenant ?? "",
            requestClass: label?.requestClass ?? "",
            submittedUnixMilliseconds: (unixOrigin + status.submittedAt.nanoseconds) / 1_000_000,
            state: state,
            promptTokens: status.promptTokens,
            outputTokens: status.outputTokens,
            attempts: attempts.map { attempt in
                DecisionAttempt(attempt, isOver: attempt.failure != nil)
            }
        )
    }
}

extension DecisionAttempt {
    fileprivate init(_ record: AttemptRecord, isOver: Bool) {
        let first = record.firstTokenAfter
        self.init(
            number: Int(record.number),
            policy: record.basis.policy,
            reason: record.basis.reason.description,
            tokens: record.basis.tokens,
            planCount: record.basis.planCount,
            plans: ([record.chosen] + record.alternatives).map { DecisionPlan($0) },
            placedAfter: Milliseconds(record.placedAfter),
            ttft: first.map { Milliseconds($0 - record.placedAfter) },
            gap: first.flatMap { first in record.secondTokenAfter.map { Milliseconds($0 - first) } },
            elapsed: isOver ? Milliseconds(record.endedAfter - record.placedAfter) : nil
        )
        prefillReport = record.prefillReport
        decodeReport = record.decodeReport
        failure = record.failure?.description
    }
}

extension DecisionPlan {
    fileprivate init(_ scored: ScoredPlan) {
        let plan = scored.plan
        self.init(
            prefill: plan.prefill?.id.rawValue,
            decode: plan.decode.id.rawValue,
            fetchSource: plan.fetch?.source.worker.id.rawValue,
            codec: plan.codec.name,
            budgetTokens: plan.budget?.tokens,
            hitTokens: scored.hitTokens,
            fetchedTokens: scored.fetchedTokens,
            transferBytes: scored.transferBytes,
            wireBytes: scored.wireBytes,
            failures: scored.failures,
            ttft: Milliseconds(scored.predictedTTFT),
            gap: Milliseconds(scored.predictedGap),
            fetch: Milliseconds(scored.predictedFetch),
            parts: scored.parts,
            inputs: scored.inputs
        )
    }
}
