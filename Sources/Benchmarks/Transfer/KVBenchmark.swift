internal import ServingTypes
internal import Transport

/// Measures the transfer of KV between two worker daemons against what plain C can do over the same number of
/// connections, in the same minutes.
struct KVBenchmark {
    private static let pingInterval = Duration.milliseconds(4)
    private static let pingRounds = 4

    let options: KVOptions
    let network: any BenchNetwork

    /// Runs everything; takes about five seconds per round.
    func run() throws -> KVReport {
        let rig = try TransferRig(options.plan, network: network, programs: options.programs)
        defer { rig.stop() }
        let driver = TransferDriver(rig, profile: KVOptions.profile)
        let limit = try LimitRunner(rig: rig, options: options)
        // The first transfer computes the prompt and the next ones touch all memory once.
        _ = try driver.run(bulk(.transfers(options.inFlight + 4)))
        let single = try driver.run(bulk(.transfers(10), inFlight: 1))
        let rounds = try measureRounds(rig, driver, limit)
        let pings = try measurePings(driver, limit)
        return KVReport(options, rounds: rounds, single: single, pings: pings)
    }

    private func measureRounds(
        _ rig: TransferRig,
        _ driver: TransferDriver,
        _ limit: LimitRunner
    ) throws -> KVRounds {
        var rounds = KVRounds()
        var generator = SplitMix64(seed: options.seed)
        for _ in 0..<options.pairs {
            for side in KVRounds.Side.allCases.shuffled(using: &generator) {
                let sample =
                    switch side {
                    case .baton: try measureBaton(rig, driver)
                    case .limit: try limit.measure(.tls(hasChecksum: true))
                    case .limitWithoutChecksum: try limit.measure(.tls(hasChecksum: false))
                    case .plain: try limit.measure(.plain)
                    }
                rounds.add(sample, of: side)
            }
        }
        return rounds
    }

    private func measureBaton(_ rig: TransferRig, _ driver: TransferDriver) throws -> KVRounds.Sample {
        let (sender, receiver) = (rig.pairs[0].prefill.process, rig.pairs[0].decode.process)
        let before = (
            try ProcessorTime.seconds(of: sender.identifier),
            try ProcessorTime.seconds(of: receiver.identifier)
        )
        let outcome = try driver.run(bulk(.transfers(options.transferCount)))
        let gib = Double(outcome.bytes) / Double(1 << 30)
        return KVRounds.Sample(
            gibPerSecond: outcome.gibPerSecond,
            senderSecondsPerGiB: (try ProcessorTime.seconds(of: sender.identifier) - before.0) / gib,
            receiverSecondsPerGiB: (try ProcessorTime.seconds(of: receiver.identifier) - before.1) / gib
        )
    }

    private func measurePings(_ driver: TransferDriver, _ limit: LimitRunner) throws -> KVPings {
        var pings = KVPings()
        let time = TransferRun.Amount.time(options.megabits == nil ? .seconds(1.5) : .seconds(3))
        for _ in 0..<Self.pingRounds {
            pings.idle += try driver.run(bulk(time, inFlight: 0, isPinging: true)).pings
            pings.bulk += try driver.run(bulk(time, isPinging: true)).pings
            // On a limited link C's pings would share it, Baton's router does not: nothing to compare.
            if options.megabits == nil { pings.limitBulk += try limit.pings() }
        }
        return pings
    }

    private func bulk(_ amount: TransferRun.Amount, inFlight: Int? = nil, isPinging: Bool = false)
        -> TransferRun
    {
        TransferRun(
            amount: amount,
            promptTokens: options.promptTokens,
            inFlight: inFlight ?? options.inFlight,
            codec: options.codec,
            pingInterval: isPinging ? Self.pingInterval : nil
        )
    }
}
