import ServingTypes

/// Learns the coefficients of a worker's cost model from its own steps, starting from what it registered.
///
/// Recursive least squares on relative errors, so that short and long steps count alike. What is forgotten is
/// forgotten only in the direction that a new sample shows (directional forgetting: Cao and Schwartz, Automatica 36,
/// 2000): a worker that only decodes keeps what it knew of prefill. Outliers pull no more than a step at the edge of the
/// usual noise does (Huber), so that a hiccup passes by and a lasting change of speed is followed. Which side of the
/// `max` a step is on follows from the current coefficients.
///
/// - Complexity: a few thousand operations per step, whatever the batch.
public struct CostFit: Sendable {
    /// What can be tuned; the defaults serve.
    struct Tuning: Sendable {
        /// Weight that a sample keeps with the next in its direction: the last fifty count.
        var memory = 0.98
        /// The same while predictions are off in one direction: the last eight count.
        var quickMemory = 0.88
        /// Mean signed error from which on predictions count as off.
        var offBias = 0.12
        /// The same from which on no sample counts as an outlier.
        var lastingBias = 0.35
        /// What the prior is worth in every direction, in samples.
        var priorWeight = 0.04
        /// Deviations of the usual noise beyond which a sample is an outlier.
        var outlier = 2.5
        /// Samples before the fit is shown to others.
        var leastSamples = 24
        /// Samples between two versions that others are shown.
        var showInterval = 8
    }

    let tuning: Tuning
    let prior: CostCoefficients
    /// What each coefficient is measured in, so that all are near 1.
    let units: [Double]
    /// The coefficients in those units.
    var scaled: [Double]
    var information: InformationMatrix
    /// How much the samples were about each coefficient: widens its bounds.
    var evidence = [Double](repeating: 0, count: CostCoefficients.count)
    /// Mean relative error of a usual step.
    private var noise = 0.1
    /// Mean signed relative error of late.
    private var bias = 0.0
    /// Steps learnt from.
    public private(set) var sampleCount = 0
    private var shown: CostCoefficients

    /// Starts from what a worker registered; all zero when nothing is known.
    public init(prior: CostCoefficients) { self.init(prior: prior, tuning: Tuning()) }

    init(prior: CostCoefficients, tuning: Tuning) {
        self.tuning = tuning
        self.prior = prior
        let units = Self.units(of: prior)
        self.units = units
        scaled = zip(prior.vector, units).map { $0 / $1 }
        information = InformationMatrix(size: CostCoefficients.count, diagonal: tuning.priorWeight)
        shown = prior
    }

    /// The coefficients as they are believed now.
    public var current: CostCoefficients {
        CostCoefficients(vector: zip(scaled, units).map { $0 * $1 })
    }

    /// The coefficients for others, renewed every few steps; `nil` until there were enough.
    public var fitted: CostCoefficients? { sampleCount < tuning.leastSamples ? nil : shown }

    /// Learns from one step and the time that it took by itself.
    public mutating func learn(_ step: StepFootprint, took time: Duration) {
        let measured = time.inSeconds
        guard step.kind != nil, measured > 0 else { return }
        let row = row(of: step)
        let predicted = zip(row, scaled).reduce(0) { $0 + $1.0 * $1.1 }
        // A prediction near nothing would make any error look endless.
        let base = max(predicted, measured / 4)
        let relative = row.map { $0 / base }
        let error = (measured - predicted) / base
        // One step after another beyond the limit, all on one side: no hiccup, but another speed.
        let isLasting = bias * error > 0 && abs(bias) > tuning.lastingBias
        let limit = isLasting ? abs(error) : tuning.outlier * noise
        let weight = abs(error) <= limit ? 1 : limit / abs(error)
        noise += 0.05 * (1.25 * min(abs(error), 4 * noise) - noise)
        noise = min(max(noise, 0.01), 1)
        bias += 0.1 * (min(max(error, -1), 1) - bias)
        gatherEvidence(row, weight)
        forget(along: relative)
        information.add(weight, relative)
        let change = solve(relative.map { $0 * weight * error })
        scaled = bounded(zip(scaled, change).map { $0 + $1 })
        sampleCount += 1
        if sampleCount == tuning.leastSamples || sampleCount % tuning.showInterval == 0 { shown = current }
    }

    /// The step's time as a sum of coefficients, in their units.
    private func row(of step: StepFootprint) -> [Double] {
        var row = [Double](repeating: 0, count: CostCoefficients.count)
        if step.newTokens > 0 {
            let now = current
            row[0] = 1
            if now.b * Double(step.newTokens) >= now.m { row[1] = Double(step.newTokens) } else { row[3] = 1 }
            row[2] = step.attentionPairs
        }
        if step.decodeCount > 0 {
            row[4] = 1
            row[5] = Double(step.decodeCount)
            row[6] = Double(step.decodeContext)
        }
        return zip(row, units).map { $0 * $1 }
    }

    /// Lets earlier samples fade, in the direction of the new one only.
    private mutating func forget(along row: [Double]) {
        let image = information.times(row)
        let length = zip(row, image).reduce(0) { $0 + $1.0 * $1.1 }
        guard length > 0 else { return }
        let memory = abs(bias) > tuning.offBias ? tuning.quickMemory : tuning.memory
        information.add(-(1 - memory) / length, image)
    }

    private mutating func gatherEvidence(_ row: [Double], _ weight: Double) {
        let total = row.reduce(0, +)
        guard total > 0 else { return }
        for index in row.indices { evidence[index] += weight * row[index] / total }
    }

    private func solve(_ right: [Double]) -> [Double] {
        information.solve(right, free: Array(right.indices), ridge: tuning.priorWeight * 1e-3)
    }

    /// What each coefficient is measured in: its prior, or what would make it an eighth of a small step.
    private static func units(of prior: CostCoefficients) -> [Double] {
        let guess = max(prior.a + max(prior.m, 128 * prior.b), prior.e)
        let share = (guess > 0 ? guess : 0.01) / 8
        return [
            max(prior.a, share), max(prior.b, share / 128), max(prior.d, share / (128 * 8_192)),
            max(prior.m, share), max(prior.e, share), max(prior.f, share / 16), max(prior.g, share / 16_384),
        ]
    }
}
