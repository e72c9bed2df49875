internal import ServingTypes

/// The tokens that min-p, top-k and top-p leave, most likely first, ties by id.
enum TruncatedCandidates {
    /// Cuts `weights` (the highest is 1); at least one candidate is left.
    ///
    /// Sorts only tokens above a floor, and lowers the floor until the cut surely lies above it: most of a
    /// large vocabulary is never sorted.
    static func select(_ weights: [Float], _ parameters: SamplingParameters) -> [Int] {
        let least = min(max(parameters.minP, 0), 1)
        let limit = parameters.topK > 0 ? parameters.topK : Int.max
        let total = parameters.topP < 1 ? mass(weights.indices, weights, atLeast: least) : 0
        for floor: Float in [0x1p-6, 0x1p-12, 0x1p-24] where floor > least {
            let sorted = ranked(weights, atLeast: floor)
            if let cut = cut(sorted, weights, limit, parameters.topP, total, isWhole: false) { return cut }
        }
        let sorted = ranked(weights, atLeast: least)
        return cut(sorted, weights, limit, parameters.topP, total, isWhole: true) ?? sorted
    }

    /// Cuts `sorted` by count, then by probability; `nil` when the cut may lie beyond its end.
    private static func cut(
        _ sorted: [Int],
        _ weights: [Float],
        _ limit: Int,
        _ topP: Float,
        _ total: Double,
        isWhole: Bool
    ) -> [Int]? {
        let isCounted = isWhole || sorted.count >= limit
        let kept = sorted.prefix(limit)
        guard topP < 1 else { return isCounted ? Array(kept) : nil }
        // With top-k, probabilities are renormalized over what it left, so all of that must be here.
        guard isCounted || limit == Int.max else { return nil }
        let whole = isCounted ? mass(kept, weights, atLeast: 0) : total
        let target = Double(topP) * whole
        var sum = 0.0
        for (count, candidate) in kept.enumerated() {
            sum += Double(weights[candidate])
            if sum >= target { return Array(kept.prefix(count + 1)) }
        }
        return isWhole ? Array(kept) : nil
    }

    private static func mass(_ candidates: some Sequence<Int>, _ weights: [Float], atLeast least: Float)
        -> Double
    {
        candidates.reduce(0.0) { weights[$1] >= least ? $0 + Double(weights[$1]) : $0 }
    }

    private static func ranked(_ weights: [Float], atLeast least: Float) -> [Int] {
        weights.indices.filter { weights[$0] >= least && weights[$0] > 0 }
            .sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
    }
}
