/// Which limits of a request a plan is predicted to miss.
public struct PlanLimits: Hashable, Sendable {
    /// Whether its decode steps take longer than the TPOT limit.
    public var missesTPOT = false
    /// By how much its first token comes too late.
    public var excessTTFT = Duration.zero

    /// None.
    public init(missesTPOT: Bool = false, excessTTFT: Duration = .zero) {
        self.missesTPOT = missesTPOT
        self.excessTTFT = excessTTFT
    }
}
