import ServingTypes

/// The plans that a placement considered: the chosen one first, then the best of the others.
///
/// They are kept as numbers; a plan is spelt out, with its workers' names, when it is read. Those that lost seldom are.
public struct ScoredPlans: RandomAccessCollection, Equatable, Sendable {
    let plans: [PlanScore]
    /// The snapshot's workers by place.
    let workers: [WorkerAddress]
    let blockTokens: Int
    /// Applies to hand-offs.
    let budget: KVBudget?
    /// In seconds.
    let ttftLimit: Double
    let tpotLimit: Double

    /// Why the first one was chosen, if it was by predicted time.
    var choice: PlanChoice? { plans.first?.choice }

    /// No plan.
    static let none = ScoredPlans(
        plans: [],
        workers: [],
        blockTokens: 1,
        budget: nil,
        ttftLimit: .infinity,
        tpotLimit: .infinity
    )

    /// 0.
    public var startIndex: Int { 0 }
    /// How many there are.
    public var endIndex: Int { plans.count }

    /// Spells out one plan; O(1).
    public subscript(position: Int) -> ScoredPlan {
        let score = plans[position]
        let (fetch, hit) = (score.way.fetch, score.hitBlocks)
        return ScoredPlan(
            plan: PlacementPlan(
                prefill: score.prefill.map { workers[$0].worker },
                decode: workers[score.decode].worker,
                codec: score.codec,
                fetch: fetch.map { KVFetchPlan(source: workers[$0.source], blockCount: $0.blocks) },
                budget: score.prefill == nil ? nil : budget
            ),
            predictedTTFT: .fromSeconds(score.ttft),
            predictedGap: .fromSeconds(score.gap),
            predictedFetch: .fromSeconds(fetch?.seconds ?? 0),
            harm: .fromSeconds(score.harm),
            hitTokens: hit * blockTokens,
            fetchedTokens: fetch.map { ($0.blocks - hit) * blockTokens } ?? 0,
            transferBytes: score.transferBytes,
            wireBytes: Int(score.wireBytes.rounded()),
            failures: score.failures,
            predictedStep: .fromSeconds(score.step),
            limits: PlanLimits(
                missesTPOT: score.step > tpotLimit,
                excessTTFT: .fromSeconds(score.ttft > ttftLimit ? score.ttft - ttftLimit : 0)
            ),
            parts: score.parts,
            inputs: score.inputs
        )
    }

    /// Whether they read the same.
    public static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }
}
