import ServingCore
import ServingTypes

/// A router whose events and actions are short words, for tables of dialogues.
///
/// Workers `p…` prefill and `d…` decode. A worker's second boot is written `d1'`.
struct RouterScene {
    enum Step {
        case register(String)
        case lose(String)
        case load(
            String,
            sequence: UInt64 = 0,
            full: Bool = true,
            used: Int = 0,
            draining: Bool = false,
            holds: [BlockHash] = [],
            paths: [PathReport] = []
        )
        /// Request 1 with the prompt 1, 2, 3 unless told otherwise.
        case submit(
            request: UInt64 = 1,
            prompt: [TokenID] = [1, 2, 3],
            maxTokens: Int = 4,
            hashes: [BlockHash] = [],
            quality: KVQuality = .exact
        )
        case accept(String, attempt: UInt32 = 1, request: UInt64 = 1)
        case refuse(String, attempt: UInt32 = 1, ServingErrorCode = .noCapacity, request: UInt64 = 1)
        case tokens(
            String,
            attempt: UInt32 = 1,
            at: Int,
            [TokenID],
            finish: FinishReason? = nil,
            request: UInt64 = 1
        )
        case end(String, attempt: UInt32 = 1, failure: ServingErrorCode? = nil, request: UInt64 = 1)
        case cancel(request: UInt64 = 1)
        /// Time passes; the router is ticked at each of its deadlines.
        case wait(Duration)
    }

    /// Ends an answer.
    static let endToken: TokenID = 99

    var core: RouterCore
    var now = Timestamp.zero
    /// Every action so far, as it came.
    var actions: [RouterAction] = []

    init(allowsLocalPrefill: Bool = false, _ change: (inout RouterCoreSettings) -> Void = { _ in }) {
        let layout = KVLayout(layerCount: 2, kvHeadCount: 1, headDim: 8, type: .f16, blockTokens: 4)
        var settings = RouterCoreSettings(layout: layout)
        settings.placement.allowsLocalPrefill = allowsLocalPrefill
        settings.placement.nearTieShare = 0  // Of equal workers the lower name.
        // Room is what the longest answer needs, unless a test says otherwise.
        settings.decode.expectedShare = 1
        change(&settings)
        core = RouterCore(settings: settings)
    }

    /// Takes a step and describes what the router wants done.
    mutating func take(_ step: Step) -> [String] {
        guard case .wait(let duration) = step else { return tell(event(step)) }
        let end = now + duration
        var words: [String] = []
        while let deadline = core.nextDeadline, deadline <= end {
            now = max(now, deadline)
            words += tell(.ticked)
        }
        now = end
        return words
    }

    private mutating func tell(_ event: RouterEvent) -> [String] {
        let new = core.handle(event, now: now)
        actions += new
        return new.map(Self.words)
    }

    static func request(_ number: UInt64) -> RequestID { RequestID(rawValue: Bytes128(high: 0, low: number)) }

    static func ref(_ name: String) -> WorkerRef {
        let boot: UInt64 = name.hasSuffix("'") ? 2 : 1
        return WorkerRef(
            id: WorkerID(rawValue: String(name.prefix(2))),
            incarnation: Incarnation(rawValue: boot)
        )
    }

    static func registration(_ name: String) -> WorkerRegistration {
        var cost = CostCoefficients()
        (cost.a, cost.b, cost.e) = (1e-3, 1e-4, 1e-3)
        return WorkerRegistration(
            address: WorkerAddress(worker: ref(name), host: "host", port: 1),
            role: name.hasPrefix("p") ? .prefill : .decode,
            modelName: "model",
            contextTokens: 100,
            blockCount: 10,
            cost: cost,
            maxRunning: 4,
            site: "here",
            codecs: [
                KVCodecRate(
                    codec: .q8,
                    encodeBytesPerSecond: 1e9,
                    decodeBytesPerSecond: 1e9,
                    sizeRatio: 0.5
                )
            ]
        )
    }

    private func attempt(_ request: UInt64, _ number: UInt32) -> AttemptID {
        AttemptID(request: Self.request(request), number: number)
    }

    private func event(_ step: Step) -> RouterEvent {
        switch step {
        case .register(let worker): return .registered(Self.registration(worker))
        case .lose(let worker): return .lost(Self.ref(worker))
        case .load(let worker, let sequence, let isFull, let used, let isDraining, let held, let paths):
            var blocks = BlockGauges()
            (blocks.running, blocks.free) = (used, 10 - used)
            let report = LoadReport(
                sequence: sequence,
                isFull: isFull,
                blocks: blocks,
                isDraining: isDraining,
                paths: paths,
                addedBlocks: held
            )
            return .loaded(Self.ref(worker), report)
        case .submit(let request, let prompt, let maxTokens, let hashes, let quality):
            var submission = Self.submission(request, prompt: prompt, maxTokens: maxTokens)
            (submission.blockHashes, submission.quality) = (hashes, quality)
            return .submitted(submission)
        case .accept(let worker, let number, let request):
            return .answered(AssignmentAnswer(attempt: attempt(request, number)), from: Self.ref(worker))
        case .refuse(let worker, let number, let code, let request):
            let refusal = ServingError(code, "refused")
            let answer = AssignmentAnswer(attempt: attempt(request, number), refusal: refusal)
            return .answered(answer, from: Self.ref(worker))
        case .tokens(let worker, let number, let index, let tokens, let finish, let request):
            let batch = TokenBatch(
                attempt: attempt(request, number),
                firstIndex: index,
                tokens: tokens.map { SampledToken(id: $0) },
                finish: finish
            )
            return .tokens(batch, from: Self.ref(worker))
        case .end(let worker, let number, let failure, let request):
            let ended = WorkEnded(
                attempt: attempt(request, number),
                failure: failure.map { ServingError($0, "failed") },
                report: StageReport()
            )
            return .ended(ended, from: Self.ref(worker))
        case .cancel(let request): return .cancelled(Self.request(request), .clientGone)
        case .wait: return .ticked
        }
    }

    static func submission(_ request: UInt64, prompt: [TokenID], maxTokens: Int) -> Submission {
        var sampling = SamplingParameters()
        sampling.maxTokens = maxTokens
        sampling.endTokens = [endToken]
        return Submission(
            request: Self.request(request),
            promptTokens: prompt,
            sampling: sampling,
            hashKey: BlockHashKey(rawValue: Bytes128(high: 1, low: 1)),
            blockHashes: [],
            secret: Bytes128(high: 7, low: request)
        )
    }

    /// `<verb> <worker>#<attempt>…`; the request is named when it is not the first.
    private static func words(_ action: RouterAction) -> String {
        switch action {
        case .assign(let worker, let assignment):
            let part =
                switch assignment.part {
                case .prefill(let peer): "prefill for \(peer.worker.id)"
                case .decode(let peer): "decode from \(peer.id)"
                case .whole: "whole"
                }
            return "assign \(worker.id)#\(assignment.attempt.number) \(part) \(assignment.tokens)"
                + suffix(assignment.attempt.request)
        case .cancel(let worker, let attempt):
            return "cancel \(worker.id)#\(attempt.number)" + suffix(attempt.request)
        case .preempt(let worker, let attempt):
            return "preempt \(worker.id)#\(attempt.number)" + suffix(attempt.request)
        case .emit(let request, let tokens, let index):
            return "emit \(index): \(tokens.map(\.id))" + suffix(request)
        case .finish(let request, let reason): return "finish \(reason)" + suffix(request)
        case .fail(let request, let error, let retryAfter):
            return "fail \(error.code.name)\(retryAfter == nil ? "" : ", retry")" + suffix(request)
        case .setRole(let worker, let role): return "role \(worker.id) \(role.name)"
        case .requestLoad(let worker): return "ask \(worker.id)"
        case .record(let record): return "record" + suffix(record.request)
        }
    }

    private static func suffix(_ request: RequestID) -> String {
        request.rawValue.low == 1 ? "" : " of \(request.rawValue.low)"
    }
}
