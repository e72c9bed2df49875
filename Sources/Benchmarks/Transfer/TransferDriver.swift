internal import ServingTypes
internal import Transport
internal import Wire

/// Gives out transfers, keeps a number of them in flight, and follows each to its end; used by one thread.
final class TransferDriver {
    private struct Active {
        var pair: Int
        var expectedBytes: Int
        var assignedAt: Timestamp
        var verifiedAt: Timestamp?
        var prefill: StageReport?
        var decode: StageReport?
    }

    private static let patience = Duration.seconds(60)

    private let rig: TransferRig
    private let profile: BenchProfile
    private let cachedKey = BlockHashKey(rawValue: .random())
    private var active: [AttemptID: Active] = [:]
    private var outcome = TransferOutcome()
    private var started: Timestamp?
    private var issuedCount = 0
    private var pingCount: UInt64 = 0
    /// When each ping left that has not come back.
    private var pings: [UInt64: Timestamp] = [:]

    init(_ rig: TransferRig, profile: BenchProfile) {
        self.rig = rig
        self.profile = profile
    }

    /// Does a run; returns when all that it began has ended.
    ///
    /// - Throws: ``BenchFailure`` when a transfer fails, brings fewer bytes than it should, or nothing happens for a minute.
    func run(_ run: TransferRun) throws -> TransferOutcome {
        outcome = TransferOutcome()
        (started, issuedCount) = (nil, 0)
        let begin = MonotonicClock.now
        var lastEvent = begin
        var nextPing = begin
        while true {
            let now = MonotonicClock.now
            let isEnough = isEnough(run.amount, since: begin, now: now)
            if isEnough, active.isEmpty { break }
            if !isEnough { try issue(run) }
            if let interval = run.pingInterval, !isEnough, nextPing <= now {
                try ping()
                nextPing = max(nextPing + interval, now)
            }
            let events = rig.endpoint.events(until: wakeUp(run, begin: begin, now: now, nextPing: nextPing))
            for event in events { try handle(event) }
            if !events.isEmpty { lastEvent = MonotonicClock.now }
            let isWaiting = !active.isEmpty && MonotonicClock.now - lastEvent > Self.patience
            if isWaiting { throw BenchFailure("no transfer moved for \(Self.patience)\n\(rig.logs)") }
        }
        return outcome
    }

    private func isEnough(_ amount: TransferRun.Amount, since begin: Timestamp, now: Timestamp) -> Bool {
        switch amount {
        case .transfers(let count): issuedCount >= count
        case .time(let limit): now - begin >= limit
        }
    }

    private func wakeUp(_ run: TransferRun, begin: Timestamp, now: Timestamp, nextPing: Timestamp)
        -> Timestamp
    {
        var times = [now + .seconds(1)]
        if run.pingInterval != nil { times.append(max(nextPing, now + .microseconds(50))) }
        if case .time(let limit) = run.amount, now - begin < limit { times.append(begin + limit) }
        return times.min() ?? now
    }

    /// Fills up what is in flight; a little more is open while decode workers end theirs.
    private func issue(_ run: TransferRun) throws {
        for pair in rig.pairs.indices {
            var unverified = active.values.count { $0.pair == pair && $0.verifiedAt == nil }
            while unverified < run.inFlight, active.count < (run.inFlight + 2) * rig.pairs.count {
                if case .transfers(let count) = run.amount, issuedCount >= count { return }
                try begin(run, pair: pair)
                unverified += 1
            }
        }
    }

    private func begin(_ run: TransferRun, pair: Int) throws {
        let (prefill, decode) = (rig.pairs[pair].prefill, rig.pairs[pair].decode)
        let assignment = TransferAssignment(
            tokens: TransferAssignment.prompt(tokens: run.promptTokens),
            from: prefill,
            to: decode,
            prefillKey: run.prefix == .cached ? cachedKey : BlockHashKey(rawValue: .random()),
            codec: run.codec
        )
        let now = MonotonicClock.now
        if started == nil { started = now }
        let expected = BenchProfile.blockCount(tokens: run.promptTokens) * profile.blockBytes
        active[assignment.attempt] = Active(pair: pair, expectedBytes: expected, assignedAt: now)
        issuedCount += 1
        try rig.endpoint.send(.assign(assignment.decode), to: decode.name)
        try rig.endpoint.send(.assign(assignment.prefill), to: prefill.name)
    }

    private func ping() throws {
        pingCount += 1
        pings[pingCount] = MonotonicClock.now
        let beat = Heartbeat(sequence: pingCount, progress: 0, isEcho: false)
        try rig.endpoint.send(.heartbeat(beat), to: rig.pairs[0].decode.name)
    }

    private func handle(_ event: RouterEvent) throws {
        switch event {
        case .registered, .tokens: return
        case .answered(let answer, let worker):
            if let refusal = answer.refusal {
                throw BenchFailure("\(worker) refused: \(refusal)\n\(rig.logs)")
            }
        case .ended(let ended, let worker, let time): try end(ended, worker, at: time)
        case .echoed(let sequence, let time):
            guard let sent = pings.removeValue(forKey: sequence) else { return }
            outcome.pings.append((time - sent).milliseconds)
        case .lost(let worker, let reason): throw BenchFailure("lost \(worker): \(reason)\n\(rig.logs)")
        }
    }

    private func end(_ ended: WorkEnded, _ worker: String, at time: Timestamp) throws {
        if let failure = ended.failure { throw BenchFailure("\(worker) failed: \(failure)\n\(rig.logs)") }
        guard var transfer = active[ended.attempt] else { return }
        if worker == rig.pairs[transfer.pair].prefill.name {
            transfer.prefill = ended.report
            transfer.verifiedAt = time
        } else {
            transfer.decode = ended.report
        }
        active[ended.attempt] = transfer
        guard let prefill = transfer.prefill, let decode = transfer.decode,
            let verifiedAt = transfer.verifiedAt
        else { return }
        active[ended.attempt] = nil
        guard decode.transferBytes == transfer.expectedBytes else {
            let counts = "\(decode.transferBytes) bytes of \(transfer.expectedBytes)"
            throw BenchFailure("\(rig.pairs[transfer.pair].decode.name) received \(counts)")
        }
        let finished = FinishedTransfer(
            pair: transfer.pair,
            bytes: decode.transferBytes,
            elapsed: verifiedAt - transfer.assignedAt,
            prefill: prefill,
            decode: decode
        )
        outcome.transfers.append(finished)
        if let started { outcome.elapsed = max(outcome.elapsed, verifiedAt - started) }
    }
}
