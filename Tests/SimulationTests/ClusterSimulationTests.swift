import ServingTypes
import Simulation
import Testing

/// Thousands of small clusters, each with its own work and faults.
///
/// A failure prints its seed, how to run it alone, and
/// the last events before it.
@Suite struct ClusterSimulationTests {
    /// Seeds of one argument: the arguments run side by side.
    static let seedsPerHalf: UInt64 = 5_000

    @Test(arguments: [UInt64(0), seedsPerHalf])
    func noPropertyBreaksWhateverGoesWrong(firstSeed: UInt64) async throws {
        var total = SimulationReport(seed: firstSeed)
        for seed in firstSeed..<firstSeed + Self.seedsPerHalf {
            total += try Self.run(SimulationScenario(seed: seed))
            await Task.yield()  // Tests beside this one wait for their turn on the same threads.
        }
        expectEveryFault(total.faults)
        #expect(total.handOffs > 10_000 && total.locals > 5_000)
        #expect(total.hitTokens > 100_000, "prefix caches were of use")
        #expect(total.router.refusals > 100 && total.router.gaps > 100 && total.router.lostReports > 100)
        #expect(total.router.stale > 1_000 && total.staleAtWorkers > 100 && total.discardedChunks > 1_000)
        #expect(total.router.failedAttempts > 5_000, "faults cost attempts")
        #expect(total.resentChunks > 5_000 && total.tornChunks > 300 && total.damagedChunks > 300)
        #expect(total.reopenedLinks > 200 && total.cancelledWrites > 300 && total.probeFrames > 1_000)
        #expect(total.servedFetches > 500 && total.missedFetches > 500 && total.fetchedTokens > 5_000)
        #expect(total.lossyChunks > 5_000 && total.reducedAttempts > 1_000)
        #expect(total.preemptions > 300, "\(total.preemptions)")
        #expect(total.router.preemptions > 300, "\(total.router.preemptions)")
        #expect(total.router.moves > 20, "\(total.router.moves)")
        #expect(total.grownBlocks > 5_000, "answers grow beyond what was expected of them")
        #expect(total.nestedSteps > 500 && total.layerPreemptions > 250)
        // What a client sees of a fault is a pause; only a series of them against one request costs an
        // answer.
        #expect(total.failed * 1_000 < total.finished, "\(total.failed) of \(total.finished) requests failed")
    }

    @Test func withoutFaultsNoAttemptFails() throws {
        var total = SimulationReport(seed: 0)
        for seed in UInt64(0)..<500 {
            let report = try Self.run(SimulationScenario(seed: seed, isFaultless: true))
            #expect(report.router.failedAttempts == 0 && report.failed == 0, "seed \(seed)")
            total += report
        }
        #expect(total.finished > 4_000 && total.oversize > 0 && total.cancelled > 0)
        #expect(total.preemptions > 50 && total.grownBlocks > 200, "to give way is no failure")
        #expect(total.faults == FaultCounts())
    }

    @Test func whatLanesLoseIsRepairedWithoutANewAttempt() throws {
        var total = SimulationReport(seed: 0)
        for seed in UInt64(40_000)..<40_500 {
            var scenario = SimulationScenario(seed: seed, isFaultless: true)
            scenario.faults.laneBreaks = 6
            scenario.faults.retiredLanesPerMille = 30
            scenario.faults.droppedChunksPerMille = 20
            scenario.faults.duplicatedChunksPerMille = 80
            scenario.faults.corruptedChunksPerMille = 3
            let report = try Self.run(scenario)
            #expect(report.router.failedAttempts == 0 && report.failed == 0, "seed \(seed)")
            total += report
        }
        #expect(total.resentChunks > 500 && total.faults.laneBreaks > 500 && total.faults.droppedChunks > 50)
    }

    @Test func workersThatChangeTheirRolesCostNoAttempt() throws {
        var total = SimulationReport(seed: 0)
        for seed in UInt64(60_000)..<60_500 {
            var scenario = SimulationScenario(seed: seed, isFaultless: true)
            scenario.faults.roleOrders = 4
            let report = try Self.run(scenario)
            #expect(report.router.failedAttempts == 0 && report.failed == 0, "seed \(seed)")
            total += report
        }
        #expect(total.roleChanges > 1_000 && total.finished > 4_000, "\(total.roleChanges) changes")
    }

    /// What is placed on cordoned workers, and what drained ones owe, is checked in every run; here nothing else happens.
    @Test func ordersOfOperatorsCostNoAttempt() throws {
        var total = SimulationReport(seed: 0)
        for seed in UInt64(80_000)..<80_500 {
            var scenario = SimulationScenario(seed: seed, isFaultless: true)
            scenario.faults.cordons = 3
            scenario.faults.flushes = 4
            let report = try Self.run(scenario)
            #expect(report.router.failedAttempts == 0 && report.failed == 0, "seed \(seed)")
            total += report
        }
        #expect(total.finished > 4_000 && total.flushedBlocks > 1_000, "\(total.flushedBlocks) blocks")
    }

    @Test func equalSeedsGiveEqualRuns() throws {
        var digests: Set<UInt64> = []
        for seed in UInt64(20_000)..<20_200 {
            let report = try Self.run(SimulationScenario(seed: seed))
            #expect(try Self.run(SimulationScenario(seed: seed)) == report, "seed \(seed)")
            digests.insert(report.digest)
        }
        #expect(digests.count == 200, "other seeds give other runs")
    }

    /// Runs a scenario; a violation is recorded with the events that led to it.
    static func run(_ scenario: SimulationScenario) throws(SimulationViolation) -> SimulationReport {
        do {
            var simulation = ClusterSimulation(scenario: scenario)
            return try simulation.run()
        } catch {
            var lines: [String] = []
            var again = ClusterSimulation(scenario: scenario)
            _ = try? again.run { time, event in lines.append("\(time) \(event)") }
            Issue.record("\(error)\n\(lines.suffix(60).joined(separator: "\n"))")
            throw error
        }
    }

    private func expectEveryFault(_ faults: FaultCounts) {
        for (name, count) in [
            ("kills", faults.kills), ("router breaks", faults.routerBreaks),
            ("peer breaks", faults.peerBreaks),
            ("engine failures", faults.engineFailures), ("stalled steps", faults.stalledSteps),
            ("drains", faults.drains), ("role orders", faults.roleOrders),
            ("dropped messages", faults.droppedMessages),
            ("duplicated messages", faults.duplicatedMessages), ("delayed messages", faults.delayedMessages),
            ("dropped chunks", faults.droppedChunks), ("duplicated chunks", faults.duplicatedChunks),
            ("delayed chunks", faults.delayedChunks), ("corrupted chunks", faults.corruptedChunks),
            ("forgeries", faults.forgeries), ("broken lanes", faults.laneBreaks),
            ("retired lanes", faults.retiredLanes), ("refused dials", faults.refusedDials),
            ("killed requesters", faults.killedRequesters), ("killed sources", faults.killedSources),
        ] { #expect(count > (name.hasPrefix("killed ") ? 20 : 50), "\(name): \(count)") }
    }
}
