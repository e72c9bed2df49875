import ServingTypes

/// Keeps coefficients where they can be: never negative, and near the prior until there is evidence.
extension CostFit {
    /// By how much a coefficient may differ from its prior: twice at first, a hundred times in the end.
    func spread(_ index: Int) -> Double { min(100, 2 + evidence[index] / 2) }

    /// The nearest coefficients within the bounds, as near as the samples see it.
    ///
    /// Cutting one coefficient off alone would leave its share of the time to nobody: the others take it over, as far as
    /// samples cannot tell them apart. At most one coefficient is fixed per round.
    func bounded(_ values: [Double]) -> [Double] {
        var result = values
        var free = Array(values.indices)
        while let worst = worstViolation(of: result, among: free) {
            let target = limit(result[worst], worst)
            let shift = target - result[worst]
            free.removeAll { $0 == worst }
            guard !free.isEmpty else {
                result[worst] = target
                break
            }
            // Minimizes the change that samples would notice, given the one that must be made.
            let pull = result.indices.map { -information[$0, worst] * shift }
            let others = information.solve(pull, free: free, ridge: tuning.priorWeight * 1e-3)
            for index in free { result[index] += others[index] }
            result[worst] = target
        }
        return result.enumerated().map { limit($1, $0) }
    }

    private func limit(_ value: Double, _ index: Int) -> Double {
        let start = prior.vector[index] / units[index]
        guard start > 0 else { return min(max(value, 0), spread(index)) }
        return min(max(value, start / spread(index)), start * spread(index))
    }

    /// The free coefficient that is farthest out of its bounds; the first of equals.
    private func worstViolation(of values: [Double], among free: [Int]) -> Int? {
        var worst: (index: Int, distance: Double)?
        for index in free {
            let distance = abs(values[index] - limit(values[index], index))
            if distance > 1e-12, distance > worst?.distance ?? 0 { worst = (index, distance) }
        }
        return worst?.index
    }
}
