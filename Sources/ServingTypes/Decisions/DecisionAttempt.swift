/// One placement of a request: what was considered, why it was chosen, and what it came to.
public struct DecisionAttempt: Hashable, Sendable, Codable {
    /// Number of the attempt, from 1.
    public var number: Int
    /// The policy in force, in the words of `placement.policy`.
    public var policy: String
    /// Why the policy chose the first plan.
    public var reason: String
    /// What the best of the others would have taken more, or less, by prediction; `nil` without others.
    public var margin: String?
    /// Tokens to prefill: the prompt, and what earlier attempts emitted.
    public var tokens: Int
    /// Plans that were scored; the best of them are in `plans`.
    public var planCount: Int
    /// The chosen plan, then the others, best first.
    public var plans: [DecisionPlan]
    /// From the request's arrival to this placement.
    public var placedAfter: Milliseconds
    /// From this placement to the first token that came of it; `nil` without one.
    public var ttft: Milliseconds?
    /// From the first to the second token that came of it; `nil` without one.
    public var gap: Milliseconds?
    /// From this placement to its end; `nil` while it runs.
    public var elapsed: Milliseconds?
    /// How far the predicted `ttft` was above (+) or below (−) the measured one, as a share of it.
    public var ttftError: Double?
    /// The same of the gap.
    public var gapError: Double?
    /// What the prefill worker reported; `nil` without one, or when it did not.
    public var prefillReport: StageReport?
    /// What the decode worker reported; `nil` when it did not.
    public var decodeReport: StageReport?
    /// Why it did not complete the request; `nil` when it did, or while it runs.
    public var failure: String?

    /// Describes an attempt that was just placed; margins and errors are worked out.
    ///
    /// - Parameter plans: not empty.
    public init(
        number: Int,
        policy: PlacementPolicyKind,
        reason: String,
        tokens: Int,
        planCount: Int,
        plans: [DecisionPlan],
        placedAfter: Milliseconds,
        ttft: Milliseconds? = nil,
        gap: Milliseconds? = nil,
        elapsed: Milliseconds? = nil
    ) {
        precondition(!plans.isEmpty, "attempt \(number) has no plan")
        self.number = number
        self.policy = policy.rawValue
        self.reason = reason
        margin = Self.margin(of: plans)
        self.tokens = tokens
        self.planCount = planCount
        self.plans = plans
        self.placedAfter = placedAfter
        self.ttft = ttft
        self.gap = gap
        self.elapsed = elapsed
        ttftError = Self.error(predicted: plans[0].ttft, measured: ttft)
        gapError = Self.error(predicted: plans[0].gap, measured: gap)
    }

    /// The plan that was carried out.
    public var chosen: DecisionPlan { plans[0] }

    /// What the worker reported that computed the prompt.
    public var computingReport: StageReport? { chosen.prefill == nil ? decodeReport : prefillReport }

    private static func error(predicted: Milliseconds, measured: Milliseconds?) -> Double? {
        guard let measured, measured.value > 0 else { return nil }
        return ((predicted.value / measured.value - 1) * 1e4).rounded() / 1e4
    }

    /// Compares the chosen plan with the best of the others.
    private static func margin(of plans: [DecisionPlan]) -> String? {
        guard plans.count > 1 else { return nil }
        let (chosen, other) = (plans[0], plans[1])
        if other.failures > chosen.failures {
            return "next \(other.name): took part in \(other.failures) failed attempts"
        }
        let difference = other.total - chosen.total
        let differences = zip(other.parts.named, chosen.parts.named).map { other, chosen in
            (name: other.name, seconds: other.seconds - chosen.seconds)
        }
        let sign: Double = difference.value < 0 ? -1 : 1
        let largest = differences.max { $0.seconds * sign < $1.seconds * sign }
        let text = "next \(other.name): \(Self.signed(difference)) by prediction"
        guard let largest, difference.value != 0 else { return text }
        return "\(text), \(largest.name) \(Self.signed(Milliseconds(seconds: largest.seconds)))"
    }

    private static func signed(_ time: Milliseconds) -> String {
        time.value < 0 ? "\(time)" : "+\(time)"
    }

    private enum CodingKeys: String, CodingKey {
        case number, policy, reason, margin, tokens, plans, failure
        case planCount = "plan_count"
        case placedAfter = "placed_after_ms"
        case ttft = "ttft_ms"
        case gap = "gap_ms"
        case elapsed = "elapsed_ms"
        case ttftError = "ttft_error"
        case gapError = "gap_error"
        case prefillReport = "prefill_report"
        case decodeReport = "decode_report"
    }
}
