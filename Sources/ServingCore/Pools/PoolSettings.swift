import ServingTypes

/// When and how workers change between prefill and decode.
public struct PoolSettings: Hashable, Sendable {
    /// What is done about pools that do not fit the load.
    public var mode = PoolBalanceMode.off
    /// By how much the throughput must rise, as a share of what it is.
    public var leastGain = 0.15
    /// Utilisation of the busier role below which nothing is changed.
    public var actAbove = 0.7
    /// How long the same change must be called for.
    public var settling = Duration.seconds(15)
    /// Shortest time between two changes.
    public var cooldown = Duration.seconds(60)
    /// Shortest time that a worker keeps a role.
    public var dwell = Duration.seconds(300)
    /// Prefill workers that a site keeps.
    public var leastPrefill = 1
    /// Decode workers that a site keeps.
    public var leastDecode = 1
    /// Time over which lengths and rates are averaged.
    public var horizon = Duration.seconds(60)

    /// Off, with the default times.
    public init() {}

    /// Workers of a role that a site keeps.
    func least(_ role: WorkerRole) -> Int { role == .prefill ? leastPrefill : leastDecode }
}
