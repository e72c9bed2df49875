import ServingTypes

/// What a scored plan keeps of how it was scored.
extension PlanScorer {
    /// What the score is made of.
    func parts(of score: PlanScore) -> PlanParts {
        let isLocal = score.prefill == nil
        let computing = prefillSide(score.prefill ?? score.decode)
        let decode = decodeSide(score.decode)
        var parts = PlanParts()
        parts.wait = computing.plain.wait
        parts.fetch = score.way.wait - computing.plain.wait
        parts.prefill = score.way.prefill
        parts.admission = decode.admission
        parts.firstStep = isLocal ? decode.wholeStep : decode.handOffStep
        parts.transfer = isLocal ? 0 : score.gap - parts.admission - parts.firstStep
        parts.harm = score.harm
        return parts
    }

    /// What it was made from.
    func inputs(of score: PlanScore) -> PlanInputs {
        let computing = score.prefill ?? score.decode
        var inputs = PlanInputs()
        inputs.queuedTokens = cluster.workers[computing].queuedTokens
        inputs.requests = cluster.workers[computing].sequences
        inputs.freeBlocks = cluster.workers[score.decode].freeBlocks
        inputs.linkBytesPerSecond = score.linkBytesPerSecond
        inputs.linkBacklog = Milliseconds(seconds: score.linkBacklog)
        return inputs
    }
}
