internal import ServingTypes

/// Measures how much of a transfer hides behind prefill, against the model of the design.
struct OverlapBenchmark {
    static let prefillSeconds = 0.4
    static let groupCount = 8
    static let promptTokens = 1_024
    /// Small KV, so that writing it takes no time from whoever else needs the processor.
    static let profile = BenchProfile(
        layerCount: 16,
        kvHeadCount: 2,
        headDim: 64,
        prefillTokenSeconds: prefillSeconds / Double(promptTokens)
    )
    /// Share of a link's rate that is KV and not headers.
    ///
    /// Only the choice of rates depends on it.
    private static let payloadShare = 0.95
    private static let inFlight = 3

    /// S/B as multiples of T.
    var ratios: [Double]
    var repetitions: Int
    var programs: String?

    static var transferBytes: Int {
        BenchProfile.blockCount(tokens: promptTokens) * profile.blockBytes
    }

    /// Takes about ten seconds per ratio.
    func run(on network: BridgedNetwork) throws -> OverlapReport {
        let blocks = (BenchProfile.blockCount(tokens: Self.promptTokens) + 1) * (Self.inFlight + 3)
        let plan = WorkerPlan(
            profile: Self.profile,
            chunkBytes: 256 << 10,
            layerGroup: Self.profile.layerCount / Self.groupCount,
            blockCount: blocks,
            stepTokens: Self.promptTokens
        )
        let rig = try TransferRig(plan, network: network, programs: programs)
        defer { rig.stop() }
        let driver = TransferDriver(rig, profile: Self.profile)
        return OverlapReport(
            layerGroups: Self.groupCount,
            transferBytes: Self.transferBytes,
            repetitions: repetitions,
            rows: try ratios.map { try measure($0, driver, network) }
        )
    }

    private func measure(
        _ ratio: Double,
        _ driver: TransferDriver,
        _ network: BridgedNetwork
    ) throws -> OverlapReport.Row {
        let bits = Double(Self.transferBytes) * 8
        let megabits = bits / (ratio * Self.prefillSeconds) / Self.payloadShare / 1e6
        try network.setRate(megabits: megabits)
        let transferSeconds = try linkSeconds(driver)
        let outcome = try driver.run(
            TransferRun(
                amount: .transfers(repetitions),
                promptTokens: Self.promptTokens,
                inFlight: 1,
                prefix: .absent
            )
        )
        let gaps = Distribution(outcome.transfers.map { $0.decode.exposedTransfer.inSeconds })
        let prefill = Distribution(outcome.transfers.map { $0.prefill.prefill.inSeconds }).median
        let predicted = HandOffGap.predicted(
            transferSeconds: transferSeconds,
            prefillSeconds: prefill,
            groupCount: Self.groupCount
        )
        let share = gaps.median / transferSeconds
        return OverlapReport.Row(
            ratio: ratio,
            rateMegabits: megabits,
            transferMilliseconds: transferSeconds * 1e3,
            prefillMilliseconds: prefill * 1e3,
            predictedGap: predicted * 1e3,
            measuredGap: gaps.median * 1e3,
            measuredP10: gaps.quantile(0.1) * 1e3,
            measuredP90: gaps.quantile(0.9) * 1e3,
            exposedShare: share,
            agrees: HandOffGap.agrees(measured: gaps.median, predicted: predicted),
            hidesEnough: ratio < 1 ? share <= 1 / Double(Self.groupCount) + 0.05 : nil
        )
    }

    /// S/B: the time per transfer when the link is never idle.
    private func linkSeconds(_ driver: TransferDriver) throws -> Double {
        let cached = TransferRun(
            amount: .transfers(2 + 3 * Self.inFlight),
            promptTokens: Self.promptTokens,
            inFlight: Self.inFlight
        )
        // The first transfer computes the prompt that the others find in the cache.
        var first = cached
        first.amount = .transfers(1)
        _ = try driver.run(first)
        let outcome = try driver.run(cached)
        return outcome.elapsed.inSeconds * Double(Self.transferBytes) / Double(outcome.bytes)
    }
}
