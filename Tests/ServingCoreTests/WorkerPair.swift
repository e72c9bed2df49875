import KVCache
import ServingTypes

@testable import ServingCore

/// A prefill and a decode worker joined by a perfect, instantaneous network whose chunks the test lands by hand.
struct WorkerPair {
    static let router = RouterKey(rawValue: 7)
    static let layout = KVLayout(layerCount: 2, kvHeadCount: 1, headDim: 8, type: .f16, blockTokens: 4)
    static let prefillRef = WorkerRef(id: WorkerID(rawValue: "p"), incarnation: Incarnation(rawValue: 1))
    static let decodeRef = WorkerRef(id: WorkerID(rawValue: "d"), incarnation: Incarnation(rawValue: 2))
    static let address = WorkerAddress(worker: decodeRef, host: "127.0.0.1", port: 1)

    var prefill: WorkerCore
    var decode: WorkerCore
    var now = Timestamp.zero
    /// What either worker told the router, in order.
    var answers: [AssignmentAnswer] = []
    var tokens: [TokenBatch] = []
    var ended: [WorkEnded] = []
    /// Chunks given to a lane and not landed yet.
    var chunks: [(ChunkTicket, KVChunk)] = []
    /// What crossed the control connection between the workers, by name, in order.
    var crossed: [String] = []

    init(blockCount: Int = 32) {
        var settings = WorkerCoreSettings(
            worker: Self.prefillRef,
            role: .prefill,
            layout: Self.layout,
            blockCount: blockCount,
            contextTokens: 64
        )
        settings.stepTokens = 8
        prefill = WorkerCore(settings: settings)
        settings.worker = Self.decodeRef
        settings.role = .decode
        decode = WorkerCore(settings: settings)
    }

    static func attempt(_ number: UInt32 = 1, request: UInt64 = 1) -> AttemptID {
        AttemptID(request: RequestID(rawValue: Bytes128(high: 0, low: request)), number: number)
    }

    static func assignment(
        _ part: Assignment.Part,
        prompt: Int = 10,
        maxTokens: Int = 4,
        attempt: AttemptID = attempt()
    ) -> Assignment {
        var sampling = SamplingParameters()
        sampling.maxTokens = maxTokens
        return Assignment(
            attempt: attempt,
            part: part,
            tokens: (0..<prompt).map { TokenID($0 + 100) },
            promptTokens: prompt,
            sampling: sampling,
            hashKey: BlockHashKey(rawValue: Bytes128(high: 1, low: 2)),
            grant: Grant(rawValue: Bytes128(high: 3, low: UInt64(attempt.number))),
            lease: .seconds(10)
        )
    }

    mutating func toPrefill(_ event: WorkerEvent) { route(prefill.handle(event, now: now)) }
    mutating func toDecode(_ event: WorkerEvent) { route(decode.handle(event, now: now)) }

    mutating func assignBoth(prompt: Int = 10, maxTokens: Int = 4, attempt: AttemptID = attempt()) {
        let receive = Assignment.Part.decode(from: Self.prefillRef)
        toDecode(
            .assigned(
                Self.assignment(receive, prompt: prompt, maxTokens: maxTokens, attempt: attempt),
                router: Self.router
            )
        )
        let send = Assignment.Part.prefill(handOffTo: Self.address)
        toPrefill(
            .assigned(
                Self.assignment(send, prompt: prompt, maxTokens: maxTokens, attempt: attempt),
                router: Self.router
            )
        )
    }

    /// Runs the prefill worker's engine until it has nothing to do; token `i` of the output is `1000 + i`.
    mutating func prefillAll() {
        while let plan = prefill.nextStep(now: now) {
            route(prefill.finishStep(plan, sampled: Self.sample(plan), now: now))
        }
    }

    /// One step of the decode worker; `false` when it has nothing to do.
    mutating func decodeStep() -> Bool {
        guard let plan = decode.nextStep(now: now) else { return false }
        route(decode.finishStep(plan, sampled: Self.sample(plan), now: now))
        return true
    }

    static func sample(_ plan: StepPlan) -> [SampledToken?] {
        plan.entries.map { $0.isSampling ? SampledToken(id: TokenID(1000 + $0.output.count)) : nil }
    }

    /// Lands the oldest chunk whole.
    mutating func landChunk(isIntact: Bool = true) {
        let (ticket, chunk) = chunks.removeFirst()
        let placement = decode.beginChunk(chunk, from: Self.prefillRef, now: now)
        route(
            decode.endChunk(chunk, placement: placement, isIntact: isIntact, from: Self.prefillRef, now: now)
        )
        toPrefill(.chunkSent(ticket))
    }

    mutating func landAll() {
        while !chunks.isEmpty { landChunk() }
    }

    /// Delivers worker-to-worker messages at once and records the rest.
    mutating func route(_ actions: [WorkerAction]) {
        for action in actions {
            switch action {
            case .answer(_, let answer): answers.append(answer)
            case .tokens(_, let batch): tokens.append(batch)
            case .ended(_, let end): ended.append(end)
            case .sendChunk(let ticket, let chunk): chunks.append((ticket, chunk))
            case .offer(_, let offer):
                crossed.append("offer")
                toDecode(.offered(offer, from: Self.prefillRef))
            case .handOff(_, let handOff):
                crossed.append("handOff")
                toDecode(.handedOff(handOff, from: Self.prefillRef))
            case .held(_, let held):
                crossed.append("held")
                toPrefill(.held(held, from: Self.decodeRef))
            case .verified(_, let attempt):
                crossed.append("verified")
                toPrefill(.verified(attempt, from: Self.decodeRef))
            case .abort(let peer, let abort):
                crossed.append("abort to \(peer.id): \(abort.error.code.name)")
                if peer == Self.decodeRef {
                    toDecode(.aborted(abort, from: Self.prefillRef))
                } else {
                    toPrefill(.aborted(abort, from: Self.decodeRef))
                }
            }
        }
    }

    /// Blocks that somebody still holds or touches, on either side.
    var owedBlocks: Int { Self.owed(prefill.blocks) + Self.owed(decode.blocks) }

    private static func owed(_ blocks: BlockGauges) -> Int { blocks.total - blocks.available }
}
