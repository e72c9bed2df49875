internal import ServingCore
internal import ServingTypes
internal import Wire

extension RequestTrace {
    /// Latest attempts that an answer shows: with their errors they stay well below a message's limit.
    private static let maxShownAttempts = 16

    static func notFound(_ request: RequestID) -> RequestTrace {
        RequestTrace(
            request: request,
            clientRequestID: "",
            state: .notFound,
            attempts: 0,
            promptTokens: 0,
            emittedTokens: 0,
            ttft: nil,
            gap: nil,
            elapsed: nil,
            failure: nil,
            parts: []
        )
    }

    /// A request that has ended.
    init(_ record: RequestRecord, _ label: RecordBook.Label?) {
        let (state, failure): (State, ServingError?) =
            switch record.outcome {
            case .finished: (.finished, nil)
            // A stop string completes the answer: only the workers see it as given up.
            case .cancelled(.stopString): (.finished, nil)
            case .cancelled(let reason): (.failed, ServingError(.cancelled, "given up: \(reason)"))
            case .failed(let error): (.failed, error)
            }
        self.init(
            request: record.request,
            clientRequestID: label?.name ?? "",
            requestClass: label?.requestClass ?? "",
            state: state,
            attempts: record.attempts.count,
            promptTokens: record.promptTokens,
            emittedTokens: record.outputTokens,
            ttft: record.ttft,
            gap: record.gap,
            elapsed: record.elapsed,
            failure: failure,
            parts: record.attempts.suffix(Self.maxShownAttempts).flatMap(\.parts)
        )
    }

    /// A request that is on its way.
    init(_ request: RequestID, _ status: RequestStatus, _ label: RecordBook.Label?) {
        let state: State =
            switch status.phase {
            case .waiting: .waiting
            case .placed: status.outputTokens == 0 ? .prefilling : .decoding
            case .decoding, .over: .decoding
            }
        self.init(
            request: request,
            clientRequestID: label?.name ?? "",
            requestClass: label?.requestClass ?? "",
            state: state,
            attempts: Int(status.attempt),
            promptTokens: status.promptTokens,
            emittedTokens: status.outputTokens,
            ttft: nil,
            gap: nil,
            elapsed: nil,
            failure: nil,
            parts: []
        )
    }
}

extension AttemptRecord {
    /// What each worker of the attempt did.
    fileprivate var parts: [PartTrace] {
        let plan = chosen.plan
        guard let prefill = plan.prefill else { return [part(.whole, on: plan.decode, decodeReport)] }
        return [part(.prefill, on: prefill, prefillReport), part(.decode, on: plan.decode, decodeReport)]
    }

    private func part(_ kind: PartTrace.Kind, on worker: WorkerRef, _ report: StageReport?) -> PartTrace {
        let plan = chosen.plan
        let crosses = plan.prefill != nil || plan.fetch != nil
        return PartTrace(
            attemptNumber: number,
            worker: worker,
            kind: kind,
            report: report,
            failure: failure,
            codec: crosses ? plan.codec : nil,
            budget: plan.budget,
            fetchSource: worker == plan.computing ? plan.fetch?.source.worker : nil
        )
    }
}
