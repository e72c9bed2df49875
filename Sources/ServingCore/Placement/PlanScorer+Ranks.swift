import ServingTypes

/// What is worse than any time: failures of the same request, then the TPOT limit, then the TTFT limit.
extension PlanScorer {
    /// Per failed attempt in which a worker of the plan took part.
    private static let failure = 1e9
    /// For a decode step beyond the TPOT limit.
    private static let slowStep = 1e8
    /// For a first token beyond the TTFT limit, and per second beyond it.
    private static let lateToken = 1e6
    private static let latePerSecond = 1e3
    /// Beyond this, in seconds, times are all the same.
    private static let longest = 1e4

    /// What placement minimizes.
    @inline(__always) func rank(total: Double, ttft: Double, penalty: Double) -> Double {
        min(total, Self.longest) + lateness(ttft) + penalty
    }

    /// For a first token after so long.
    @inline(__always) func lateness(_ ttft: Double) -> Double {
        ttft > ttftLimit
            ? Self.lateToken + Self.latePerSecond * min(ttft - ttftLimit, Self.longest) : 0
    }

    /// The same for two workers side by side.
    @inline(__always) func lateness(_ ttft: Lanes) -> Lanes {
        guard ttftLimit < .infinity else { return .zero }
        let excess = (ttft - ttftLimit).atMost(Lanes(repeating: Self.longest))
        return Lanes.zero.replacing(with: Self.lateToken + Self.latePerSecond * excess, where: excess .> 0)
    }

    /// For workers that failed the request.
    @inline(__always) func penalty(failures: Int) -> Double { Double(failures) * Self.failure }

    /// For decode steps of so long.
    @inline(__always) func penalty(step: Double) -> Double { step > tpotLimit ? Self.slowStep : 0 }

    /// The same for two workers side by side.
    @inline(__always) func penalty(step: Lanes) -> Lanes {
        guard tpotLimit < .infinity else { return .zero }
        return Lanes.zero.replacing(with: Lanes(repeating: Self.slowStep), where: step .> tpotLimit)
    }

    @inline(__always) func ranked(_ score: PlanScore) -> PlanScore {
        var score = score
        score.rank = rank(
            total: score.total,
            ttft: score.ttft,
            penalty: penalty(failures: score.failures) + penalty(step: score.step)
        )
        return score
    }
}
