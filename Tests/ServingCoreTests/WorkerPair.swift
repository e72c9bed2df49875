import KVCache
import ServingTypes

@testable import ServingCore

/// A prefill and a decode worker joined by a perfect, instantaneous network whose chunks the test lands by
/// hand.
///
/// One lane in each direction takes whatever there is as soon as it is woken.
struct WorkerPair {
    enum Side { case prefill, decode }

    static let router = RouterKey(rawValue: 7)
    static let layout = KVLayout(layerCount: 2, kvHeadCount: 1, headDim: 8, type: .f16, blockTokens: 4)
    static let prefillRef = WorkerRef(id: WorkerID(rawValue: "p"), incarnation: Incarnation(rawValue: 1))
    static let decodeRef = WorkerRef(id: WorkerID(rawValue: "d"), incarnation: Incarnation(rawValue: 2))
    static let prefillAddress = WorkerAddress(worker: prefillRef, host: "127.0.0.1", port: 2)
    static let address = WorkerAddress(worker: decodeRef, host: "127.0.0.1", port: 1)
    static let hashKey = BlockHashKey(rawValue: Bytes128(high: 1, low: 2))

    var prefill: WorkerCore
    var decode: WorkerCore
    var now = Timestamp.zero
    /// What either worker told the router, in order.
    var answers: [AssignmentAnswer] = []
    var tokens: [TokenBatch] = []
    var ended: [WorkEnded] = []
    var transferred: [TransferDone] = []
    /// Chunks given to a lane and not landed yet.
    var chunks: [(ChunkTicket, KVChunk)] = []
    /// What crossed the control connection between the workers, by name, in order.
    var crossed: [String] = []
    /// Messages between the workers get lost.
    var isCut = false
    /// Number of the lanes in use.
    var lane: UInt64 = 1

    init(blockCount: Int = 32, _ change: (inout WorkerCoreSettings) -> Void = { _ in }) {
        var settings = WorkerCoreSettings(
            worker: Self.prefillRef,
            role: .prefill,
            layout: Self.layout,
            blockCount: blockCount,
            contextTokens: 64
        )
        settings.stepTokens = 8
        settings.prefill.policy = .fcfs
        settings.decode.reserve = .whole
        change(&settings)
        prefill = WorkerCore(settings: settings)
        settings.worker = Self.decodeRef
        settings.role = .decode
        decode = WorkerCore(settings: settings)
    }

    static func attempt(_ number: UInt32 = 1, request: UInt64 = 1) -> AttemptID {
        AttemptID(request: RequestID(rawValue: Bytes128(high: 0, low: request)), number: number)
    }

    static func handOff(_ attempt: AttemptID = attempt()) -> KVTransferID {
        KVTransferID(attempt: attempt, kind: .handOff)
    }

    static func assignment(
        _ part: Assignment.Part,
        prompt: Int = 10,
        maxTokens: Int = 4,
        attempt: AttemptID = attempt(),
        _ change: (inout Assignment) -> Void = { _ in }
    ) -> Assignment {
        var sampling = SamplingParameters()
        sampling.maxTokens = maxTokens
        var assignment = Assignment(
            attempt: attempt,
            part: part,
            tokens: (0..<prompt).map { TokenID($0 + 100) },
            promptTokens: prompt,
            sampling: sampling,
            hashKey: hashKey,
            grant: Grant(rawValue: Bytes128(high: 3, low: UInt64(attempt.number))),
            lease: .seconds(10)
        )
        change(&assignment)
        return assignment
    }

    mutating func toPrefill(_ event: WorkerEvent) { route(prefill.handle(event, now: now), from: .prefill) }
    mutating func toDecode(_ event: WorkerEvent) { route(decode.handle(event, now: now), from: .decode) }

    mutating func assignBoth(
        prompt: Int = 10,
        maxTokens: Int = 4,
        attempt: AttemptID = attempt(),
        _ change: (inout Assignment) -> Void = { _ in }
    ) {
        for part in [Assignment.Part.decode(from: Self.prefillRef), .prefill(handOffTo: Self.address)] {
            let work = Self.assignment(
                part,
                prompt: prompt,
                maxTokens: maxTokens,
                attempt: attempt,
                change
            )
            let event = WorkerEvent.assigned(work, router: Self.router)
            if case .decode = part { toDecode(event) } else { toPrefill(event) }
        }
    }

    /// Prefills and decodes a prompt on the decode worker, which then has it cached.
    mutating func cacheAtDecode(
        prompt: Int = 13,
        request: UInt64 = 50,
        _ change: (inout Assignment) -> Void = { _ in }
    ) {
        let attempt = Self.attempt(request: request)
        let work = Self.assignment(.whole, prompt: prompt, maxTokens: 1, attempt: attempt, change)
        toDecode(.assigned(work, router: Self.router))
        while decodeStep() {}
    }

    /// Gives the prefill worker a prompt with a plan to fetch its leading blocks from the decode worker.
    mutating func assignFetching(
        prompt: Int = 13,
        blocks: Int = 3,
        attempt: AttemptID = attempt(),
        _ change: (inout Assignment) -> Void = { _ in }
    ) {
        let source = Self.address
        assignBoth(prompt: prompt, attempt: attempt) { assignment in
            if case .prefill = assignment.part {
                assignment.fetch = KVFetchPlan(source: source, blockCount: blocks)
            }
            change(&assignment)
        }
        startPrefill()
    }

    /// Lets the prefill worker begin what waits, without a step; what it then computes is the test's affair.
    mutating func startPrefill() {
        let plan = prefill.nextStep(now: now)
        precondition(plan == nil, "a fetching prompt has nothing to compute")
        route(prefill.takeActions(), from: .prefill)
    }

    /// Runs the prefill worker's engine until it has nothing to do; token `i` of the output is `1000 + i`.
    mutating func prefillAll() {
        while let plan = prefill.nextStep(now: now) {
            route(prefill.finishStep(plan, sampled: Self.sample(plan), now: now), from: .prefill)
        }
    }

    /// One step of the decode worker; `false` when it has nothing to do.
    mutating func decodeStep() -> Bool {
        guard let plan = decode.nextStep(now: now) else { return false }
        route(decode.finishStep(plan, sampled: Self.sample(plan), now: now), from: .decode)
        return true
    }

    static func sample(_ plan: StepPlan) -> [SampledToken?] {
        plan.entries.map { $0.isSampling ? SampledToken(id: TokenID(1000 + $0.output.count)) : nil }
    }

    /// Lets both workers know that time has passed.
    mutating func pass(_ time: Duration) {
        now = now + time
        toPrefill(.ticked)
        toDecode(.ticked)
    }

    /// Ends the oldest chunk on its lane.
    mutating func landChunk(_ outcome: ChunkOutcome = .landed) {
        let chunk = chunks[0].1
        let placement = beginChunk()
        endChunk(chunk, placement, outcome)
    }

    /// The sender's lane is done with the oldest chunk, and the receiver begins to write it.
    mutating func beginChunk() -> ChunkPlacement {
        let (ticket, chunk) = chunks.removeFirst()
        if ticket.receiver == Self.decodeRef {
            prefill.laneFinished([ticket], wireBytes: ticket.bytes, now: now)
            route(prefill.takeActions(), from: .prefill)
            return decode.beginChunk(chunk, from: Self.prefillRef, now: now)
        }
        decode.laneFinished([ticket], wireBytes: ticket.bytes, now: now)
        route(decode.takeActions(), from: .decode)
        return prefill.beginChunk(chunk, from: Self.decodeRef, now: now)
    }

    mutating func endChunk(_ chunk: KVChunk, _ placement: ChunkPlacement, _ outcome: ChunkOutcome) {
        if chunk.transfer.kind == .handOff {
            let actions = decode.endChunk(
                chunk,
                placement: placement,
                outcome,
                from: Self.prefillRef,
                now: now
            )
            route(actions, from: .decode)
        } else {
            let actions = prefill.endChunk(
                chunk,
                placement: placement,
                outcome,
                from: Self.decodeRef,
                now: now
            )
            route(actions, from: .prefill)
        }
    }

    /// The oldest chunk leaves its lane and never arrives.
    mutating func loseChunk() {
        let (ticket, _) = chunks.removeFirst()
        if ticket.receiver == Self.decodeRef {
            prefill.laneFinished([ticket], wireBytes: ticket.bytes, now: now)
        } else {
            decode.laneFinished([ticket], wireBytes: ticket.bytes, now: now)
        }
    }

    mutating func landAll() {
        while !chunks.isEmpty { landChunk() }
    }

    /// Delivers worker-to-worker messages at once, wakes the lanes, and records the rest.
    mutating func route(_ actions: [WorkerAction], from side: Side) {
        for action in actions {
            switch action {
            case .answer(_, let answer): answers.append(answer)
            case .tokens(_, let batch): tokens.append(batch)
            case .ended(_, let end): ended.append(end)
            case .wakeLanes(let receiver): pull(to: receiver.worker)
            case .transferred(let done): transferred.append(done)
            case .promptStarted, .pathChanged: break
            default: cross(action, from: side)
            }
        }
    }

    private mutating func cross(_ action: WorkerAction, from side: Side) {
        let sender = side == .prefill ? Self.prefillRef : Self.decodeRef
        let address = side == .prefill ? Self.prefillAddress : Self.address
        let message: (name: String, event: WorkerEvent, to: WorkerRef)
        switch action {
        case .offer(let to, let offer): message = ("offer", .offered(offer, from: sender), to.worker)
        case .handOff(let to, let handOff): message = ("handOff", .handedOff(handOff, from: sender), to)
        case .held(let to, let held): message = ("held", .held(held, from: sender), to)
        case .resend(let to, let resend): message = ("resend", .resendWanted(resend, from: sender), to)
        case .verified(let to, let transfer): message = ("verified", .verified(transfer, from: sender), to)
        case .fetch(let to, let fetch): message = ("fetch", .fetchWanted(fetch, from: address), to.worker)
        case .abort(let to, let abort):
            message = ("abort to \(to.id): \(abort.error.code.name)", .aborted(abort, from: sender), to)
        default: return
        }
        crossed.append(message.name)
        if isCut { return }
        if message.to == Self.prefillRef { toPrefill(message.event) }
        if message.to == Self.decodeRef { toDecode(message.event) }
    }

    private mutating func pull(to receiver: WorkerRef) {
        if receiver == Self.decodeRef {
            while case .chunks(let framed) = prefill.nextLaneWork(to: receiver, lane: lane, now: now) {
                chunks += framed.map { ($0.ticket, $0.chunk) }
            }
        } else {
            while case .chunks(let framed) = decode.nextLaneWork(to: receiver, lane: lane, now: now) {
                chunks += framed.map { ($0.ticket, $0.chunk) }
            }
        }
    }

    /// Blocks that somebody still holds or touches, on either side.
    var owedBlocks: Int { Self.owed(prefill.blocks) + Self.owed(decode.blocks) }

    private static func owed(_ blocks: BlockGauges) -> Int { blocks.total - blocks.available }
}
