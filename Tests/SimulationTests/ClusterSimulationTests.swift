import ServingTypes
import Simulation
import Testing

/// Ten thousand small clusters, each with its own work and faults. A failure prints its seed, how to run it alone, and
/// the last events before it.
@Suite struct ClusterSimulationTests {
    /// Seeds of one argument.
    static let seedsPerHalf: UInt64 = 5_000

    @Test(arguments: [UInt64(0), seedsPerHalf])
    func noPropertyBreaks(firstSeed: UInt64) throws {
        var total = SimulationReport(seed: firstSeed)
        for seed in firstSeed..<firstSeed + Self.seedsPerHalf {
            total += try Self.run(SimulationScenario(seed: seed))
        }
        print(total)
    }

    /// Runs a scenario; a violation is thrown with the events that led to it.
    static func run(_ scenario: SimulationScenario) throws -> SimulationReport {
        do throws(SimulationViolation) {
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
}
