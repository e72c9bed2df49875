import ServingTypes
import Wire

/// Draws valid messages; equal seeds give equal messages.
struct MessageGenerator {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func message(_ type: MessageType) -> Message {
        switch type {
        case .hello: .hello(hello())
        case .register: .register(registration())
        case .registered: .registered(heartbeatInterval: .milliseconds(int(1...3_600_000)))
        case .load: .load(load())
        case .loadResync: .loadResync
        case .heartbeat: .heartbeat(Heartbeat(sequence: word(), progress: word(), isEcho: flag()))
        case .drain: .drain
        case .undrain: .undrain
        case .drainStatus: .drainStatus(DrainStatus(requests: count(), leases: count()))
        case .failure: .failure(failure())
        case .assign: .assign(assignment())
        case .answer: .answer(answer())
        case .tokens: .tokens(tokenBatch())
        case .ended: .ended(WorkEnded(attempt: attempt(), failure: maybe(failure()), report: report()))
        case .cancel: .cancel(attempt(), reason: failure())
        case .preempt: .preempt(attempt())
        case .offer: .offer(KVOffer(transfer: transfer(), grant: grant(), blockCount: int(1...65_536)))
        case .held: .held(held())
        case .chunks: .chunks(chunks())
        case .handOff:
            .handOff(KVHandOff(attempt: attempt(), grant: grant(), token: token(withLogprobs: flag())))
        case .verified: .verified(transfer())
        case .abort: .abort(KVAbort(transfer: transfer(), error: failure()))
        case .fetch: .fetch(fetch())
        case .resend: .resend(KVResend(transfer: transfer(), numbers: list(1...1_024) { $0.chunkNumber() }))
        case .probe: .probe(KVProbe(number: word(), payloadBytes: int(1...(1 << int(0...20)))))
        case .probed: .probed(number: word())
        case .drainRequest: .drainRequest(DrainRequest(worker: WorkerID(rawValue: name()), isResume: flag()))
        case .drainReply: .drainReply(drainReply())
        case .requestQuery: .requestQuery(name())
        case .decision: .decision(decision())
        case .setRole: .setRole(pick(WorkerRole.allCases))
        case .roleAnswer: .roleAnswer(roleAnswer())
        case .roleRequest:
            .roleRequest(RoleRequest(worker: WorkerID(rawValue: name()), role: pick(WorkerRole.allCases)))
        case .roleReply: .roleReply(RoleReply(worker: WorkerID(rawValue: name()), answer: roleAnswer()))
        case .flushCache: .flushCache
        case .cacheFlushed: .cacheFlushed(cacheFlush())
        case .documentRequest:
            .documentRequest(DocumentRequest(pick(DocumentKind.allCases), argument: flag() ? "" : name()))
        case .documentReply: .documentReply(documentReply())
        case .workerOrder:
            .workerOrder(
                WorkerOrder(
                    pick(WorkerOrder.Kind.allCases),
                    worker: WorkerID(rawValue: name()),
                    isForced: flag()
                )
            )
        case .workerOrderReply: .workerOrderReply(workerOrderReply())
        }
    }

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func word() -> UInt64 { random.next() }

    mutating func flag() -> Bool { random.next() & 1 == 1 }

    mutating func maybe<Value>(_ value: Value) -> Value? { flag() ? value : nil }

    mutating func list<Element>(
        _ counts: ClosedRange<Int>,
        _ draw: (inout Self) -> Element
    ) -> [Element] {
        (0..<int(counts)).map { _ in draw(&self) }
    }

    /// Small and large counts alike.
    mutating func count() -> Int { int(0...(1 << int(0...48))) }

    mutating func real(_ range: ClosedRange<Double>) -> Double {
        flag() ? Double.random(in: range, using: &random) : flag() ? range.lowerBound : range.upperBound
    }

    mutating func float(_ range: ClosedRange<Double>) -> Float { Float(real(range)) }

    mutating func duration() -> Duration { .microseconds(int(0...(1 << int(0...44)))) }

    mutating func name() -> String {
        let letters = Array("abcxyzABC019-._/é漢 ")
        return String(list(1...40) { $0.pick(letters) })
    }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[int(0...values.count - 1)] }

    mutating func bits() -> Bytes128 { Bytes128(high: random.next(), low: random.next()) }

    mutating func grant() -> Grant { Grant(rawValue: bits()) }

    mutating func boot() -> Incarnation { Incarnation(rawValue: random.next() | 1) }

    mutating func attempt() -> AttemptID {
        AttemptID(request: RequestID(rawValue: bits()), number: UInt32(int(1...Int(UInt32.max))))
    }

    mutating func transfer() -> KVTransferID {
        KVTransferID(attempt: attempt(), kind: pick(KVTransferID.Kind.allCases))
    }

    mutating func chunkNumber() -> UInt32 { UInt32(int(1...Int(UInt32.max) >> int(0...31))) }

    mutating func worker() -> WorkerRef {
        WorkerRef(id: WorkerID(rawValue: name()), incarnation: boot())
    }

    mutating func address() -> WorkerAddress {
        WorkerAddress(worker: worker(), host: name(), port: UInt16(int(1...65_535)))
    }

    mutating func failure() -> ServingError {
        ServingError(pick(ServingErrorCode.allCases), flag() ? "" : name() + "\n\u{1F600}" + name())
    }

    mutating func gauges() -> BlockGauges {
        var gauges = BlockGauges()
        gauges.free = count()
        gauges.cached = count()
        gauges.running = count()
        gauges.reserved = count()
        gauges.leased = count()
        gauges.quarantined = count()
        return gauges
    }

    mutating func path() -> PathReport {
        PathReport(
            peer: WorkerID(rawValue: name()),
            bytesPerSecond: real(0...1e15),
            inFlightBytes: count(),
            isBacklogged: flag(),
            roundTrip: duration(),
            expectedBytesPerSecond: real(0...1e15),
            isDegraded: flag(),
            sampleCount: count(),
            isProbed: flag(),
            recentBytesPerSecond: real(0...1e15),
            deliveredBytes: count() << int(0...12),
            waitingBytes: count()
        )
    }

    mutating func report() -> StageReport {
        var report = StageReport()
        report.queue = duration()
        report.prefill = duration()
        report.transfer = duration()
        report.exposedTransfer = duration()
        report.decode = duration()
        report.hitTokens = count()
        report.computedTokens = count()
        report.transferBytes = count()
        report.outputTokens = count()
        report.fetchedTokens = count()
        report.fetch = duration()
        report.wireBytes = count()
        return report
    }
}
