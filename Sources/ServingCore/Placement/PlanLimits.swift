/// Which limits of a request a plan is predicted to miss.
public struct PlanLimits: Hashable, Comparable, Sendable {
    /// Whether its decode steps take longer than the TPOT limit.
    public var missesTPOT = false
    /// By how much its first token comes too late.
    public var excessTTFT = Duration.zero

    /// None.
    public init(missesTPOT: Bool = false, excessTTFT: Duration = .zero) {
        self.missesTPOT = missesTPOT
        self.excessTTFT = excessTTFT
    }

    /// Less bad first: TPOT, which lasts as long as the answer, before TTFT.
    public static func < (left: Self, right: Self) -> Bool {
        guard left.missesTPOT == right.missesTPOT else { return right.missesTPOT }
        return left.excessTTFT < right.excessTTFT
    }
}
