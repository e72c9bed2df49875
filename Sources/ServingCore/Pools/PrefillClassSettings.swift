import ServingTypes

/// When and how prefill workers are divided between short and long prompts.
public struct PrefillClassSettings: Hashable, Sendable {
    /// Whether they are divided at all.
    public var isOn = true
    /// Prefill workers below which each takes all prompts, at least 2.
    public var leastWorkers = 3
    /// Longest short prompt in tokens; `nil` takes `m / b` of the workers' cost models.
    public var shortTokens: Int?
    /// Charged to a prompt on a worker of the other class, in seconds.
    public var penalty = Duration.milliseconds(50)
    /// Weight of the queue in the pressure: α.
    public var queueWeight = 1.0
    /// Weight of the deadline excess: β.
    public var excessWeight = 1.0
    /// Weight of the utilisation, in seconds: γ.
    public var utilisationWeight = 0.05
    /// By how much the pressures must differ, as a share of the lower one: τ.
    public var threshold = 0.3
    /// Shortest time between two moves.
    public var cooldown = Duration.seconds(20)
    /// Time whose pressures count.
    public var window = Duration.seconds(10)

    /// The defaults.
    public init() {}
}
