internal import Foundation
internal import ServingTypes

/// Compares what workers believe of their paths with what the link allows.
struct PathsBenchmark {
    /// What comes before, or instead of, transfers that fill the link.
    enum Case: CaseIterable {
        /// Nothing.
        case plain
        /// Prompts too short to fill a link.
        case shortPrompts
        /// Prefill that makes KV at half the link's rate.
        case slowPrefill
        /// Two pairs of workers fill one link.
        case sharedUplink

        var name: String {
            switch self {
            case .plain: "plain"
            case .shortPrompts: "short prompts first"
            case .slowPrefill: "slow prefill first"
            case .sharedUplink: "two pairs"
            }
        }
    }

    private static let promptTokens = 1_025
    private static let shortTokens = 33
    private static let inFlight = 2

    var megabits: Double
    /// Transfers of each kind.
    var transfers: Int
    var programs: String?

    private var capacity: Double { megabits * 1e6 / 8 }

    /// Prefill at half the link's rate, for prompts that are not cached.
    private var profile: BenchProfile {
        var profile = BenchProfile(layerCount: 16, kvHeadCount: 2, headDim: 64, prefillTokenSeconds: 0)
        profile.prefillTokenSeconds = Double(profile.tokenBytes) / (capacity / 2)
        return profile
    }

    func run(on network: BridgedNetwork) throws -> PathsReport {
        try network.setRate(megabits: megabits)
        return PathsReport(
            rateMegabits: megabits,
            transfers: transfers,
            rows: try Case.allCases.flatMap { try measure($0, network) }
        )
    }

    private func measure(_ case: Case, _ network: BridgedNetwork) throws -> [PathsReport.Row] {
        let plan = WorkerPlan(
            profile: profile,
            chunkBytes: 256 << 10,
            layerGroup: 2,
            blockCount: (BenchProfile.blockCount(tokens: Self.promptTokens) + 1) * (Self.inFlight + 3),
            stepTokens: 128
        )
        let count = `case` == .sharedUplink ? 2 : 1
        let rig = try TransferRig(plan, pairCount: count, network: network, programs: programs)
        defer { rig.stop() }
        let driver = TransferDriver(rig, profile: profile)
        // What an earlier estimate would say is no help: each case has new workers.
        let limited = try runLimited(`case`, rig, driver)
        // All pairs' prompts must be cached before the link can be filled.
        _ = try driver.run(run(.transfers(count)))
        let outcome = try driver.run(run(.transfers(transfers * count), inFlight: Self.inFlight))
        return try rig.pairs.indices.map { index in
            let estimate = try settledEstimate(rig, index)
            let share = capacity / Double(count)
            let bytes = outcome.transfers.filter { $0.pair == index }.reduce(0) { $0 + $1.bytes }
            return PathsReport.Row(
                what: `case`.name,
                path: "\(rig.pairs[index].prefill.name) to \(rig.pairs[index].decode.name)",
                capacity: share,
                goodput: Double(bytes) / outcome.elapsed.inSeconds,
                estimateAfterLimited: limited,
                estimate: estimate,
                ratio: estimate / share
            )
        }
    }

    /// Transfers that never fill the link; the estimate after them.
    private func runLimited(_ case: Case, _ rig: TransferRig, _ driver: TransferDriver) throws -> Double? {
        switch `case` {
        case .plain, .sharedUplink: return nil
        case .shortPrompts: _ = try driver.run(run(.transfers(transfers), tokens: Self.shortTokens))
        case .slowPrefill: _ = try driver.run(run(.transfers(transfers), prefix: .absent))
        }
        return try settledEstimate(rig, 0)
    }

    private func run(
        _ amount: TransferRun.Amount,
        tokens: Int = promptTokens,
        inFlight: Int = 1,
        prefix: TransferRun.Prefix = .cached
    ) -> TransferRun {
        TransferRun(amount: amount, promptTokens: tokens, inFlight: inFlight, prefix: prefix)
    }

    /// The estimate of the first report that has nothing in flight; 0 while the worker has none.
    private func settledEstimate(_ rig: TransferRig, _ index: Int) throws -> Double {
        let (sender, receiver) = (rig.pairs[index].prefill.name, rig.pairs[index].decode.name)
        var estimate = 0.0
        try Polling.until("\(sender) reports its path", limit: 10) {
            let load = rig.endpoint.load(of: sender)
            guard let load, load.running == 0, load.waiting == 0 else { return false }
            guard let path = load.paths.first(where: { $0.peer.rawValue == receiver }) else { return false }
            estimate = path.bytesPerSecond
            return path.inFlightBytes == 0
        }
        return estimate
    }
}
