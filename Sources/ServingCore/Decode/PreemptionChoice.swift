import ServingTypes

/// Which running sequence gives its blocks to others.
///
/// The least urgent class; in it, the one with the least work to lose: the lesser of computing its KV again and moving
/// it, so that it comes down to where it goes on. What has given way often, or has just begun, is spared, and the leader
/// always: so somebody ends, whatever happens.
struct PreemptionChoice: Sendable {
    /// One running sequence.
    struct Candidate: Hashable, Sendable {
        /// The attempt.
        var attempt: AttemptID
        /// Its class.
        var priority: RequestPriority
        /// Tokens whose KV it holds.
        var contextTokens: Int
        /// Tokens that it produced here.
        var progress: Int
        /// How often the request gave way already.
        var preemptions: Int
        /// Whether it can give way at all: a reduced cache is no prefix, and a step must not lose its blocks.
        var isMovable: Bool
    }

    /// How long it takes to compute prompts.
    var cost: CostCoefficients
    /// Bytes of the KV of a token, and what a path to another worker carries, in bytes per second.
    var tokenBytes: Int
    var bytesPerSecond: Double
    /// After how many preemptions a request is spared, and until how many tokens.
    var maxPreemptions: Int
    var leastProgress: Int

    /// The one that goes on in any case: of the most urgent class the one that gave way most often, then the first.
    func leader(of candidates: [Candidate]) -> AttemptID? {
        candidates.enumerated().min { left, right in
            Self.rank(left.element, left.offset) < Self.rank(right.element, right.offset)
        }?.element.attempt
    }

    /// The order in which room is given out: the leader first.
    func ranked(_ candidates: [Candidate]) -> [AttemptID] {
        candidates.enumerated().sorted { left, right in
            Self.rank(left.element, left.offset) < Self.rank(right.element, right.offset)
        }.map(\.element.attempt)
    }

    /// Who gives way; `nil` when nobody may.
    ///
    /// - Parameters:
    ///   - candidates: the running sequences, in order of admission.
    ///   - sparesNobody: also those that gave way often or have just begun: for the leader's sake.
    func victim(of candidates: [Candidate], sparesNobody: Bool = false) -> AttemptID? {
        guard candidates.count > 1, let leader = leader(of: candidates) else { return nil }
        let open = candidates.enumerated().filter { _, candidate in
            candidate.attempt != leader && candidate.isMovable && (sparesNobody || mayGiveWay(candidate))
        }
        return open.min { left, right in
            let (leftLoss, rightLoss) = (loss(of: left.element), loss(of: right.element))
            let (leftClass, rightClass) = (left.element.priority, right.element.priority)
            return (rightClass.rawValue, leftLoss, -left.offset)
                < (leftClass.rawValue, rightLoss, -right.offset)
        }?.element.attempt
    }

    /// Whether a sequence gives way while others can.
    func mayGiveWay(_ candidate: Candidate) -> Bool {
        candidate.isMovable && candidate.preemptions < maxPreemptions && candidate.progress >= leastProgress
    }

    /// Seconds until it is again where it was: computed anew or moved.
    private func loss(of candidate: Candidate) -> Double {
        let tokens = candidate.contextTokens
        let computing = cost.prefill(newTokens: tokens, contextTokens: tokens).inSeconds
        let moving = Double(tokens * tokenBytes) / bytesPerSecond
        return min(computing, moving)
    }

    private static func rank(_ candidate: Candidate, _ offset: Int) -> (UInt8, Int, Int) {
        (candidate.priority.rawValue, -candidate.preemptions, offset)
    }
}
