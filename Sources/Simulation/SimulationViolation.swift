import ServingTypes

/// A property that a run broke: what, when, and how to see it again.
public struct SimulationViolation: Error, Hashable, Sendable, CustomStringConvertible {
    /// The run.
    public var seed: UInt64
    /// When, in simulated time.
    public var time: Timestamp
    /// Name of the checker's type.
    public var checker: String
    /// What was expected and what happened.
    public var message: String

    /// One line with the seed, and how to run it again.
    public var description: String {
        "\(checker), seed \(seed), at \(time): \(message); run again with "
            + "ClusterSimulation(scenario: SimulationScenario(seed: \(seed))).run(trace:)"
    }
}
