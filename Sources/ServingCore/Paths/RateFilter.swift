import ServingTypes

/// Follows a path's rate through samples that may bound it from one side only.
///
/// The estimate moves towards the nearest rate that a sample allows: one that was limited by the application
/// can only raise it, one that shared the way out moves it only when it contradicts it.
struct RateFilter: Sendable {
    /// A sample this long moves the estimate half of the way.
    static let halfTime = 0.060
    /// Largest step up and down, as shares of the distance: losing a neighbour shows at once, noise does not
    /// pull down.
    static let largestRise = 0.5
    static let largestFall = 0.35
    /// A sample this long with nothing else on the way is no noise: it may move the estimate down half of the way, a
    /// longer one further.
    static let steadyTime = 0.200
    /// A fall below this share of the estimate must be shown by this sample and those before it.
    static let steepFall = 0.9
    static let steepFallSamples = 3
    /// Samples before the long run is known, and the share of one estimate in it.
    static let longRunSamples = 16
    static let longRunShare = 1.0 / 16

    let prior: Double
    /// `nil` before a sample that bounds the rate from above.
    private(set) var estimate: Double?
    /// Most that was carried before such a sample.
    private(set) var floor = 0.0
    /// Samples that bounded the rate from above.
    private(set) var sampleCount = 0
    /// The last samples that bounded the rate from above, at most ``steepFallSamples``, the newest last.
    private var latest: [PathSample] = []
    private var longRun = 0.0
    private(set) var bestLongRun = 0.0

    init(prior: Double) { self.prior = prior }

    /// The rate to count on: the estimate, or the prior unless more was seen.
    var rate: Double { estimate ?? max(prior, floor) }

    /// The rate to report: 0 as long as the prior is the best that is known.
    var measuredRate: Double { estimate ?? (floor > prior ? floor : 0) }

    mutating func add(_ sample: PathSample) {
        guard let current = estimate else {
            guard sample.isBounded else {
                floor = max(floor, sample.low)
                return
            }
            estimate = sample.nearest(to: rate)
            counted(sample)
            return
        }
        if sample.isBounded { counted(sample) }
        let distance = target(sample, from: current) - current
        let seconds = sample.duration.inSeconds
        let weight = max(seconds / (seconds + Self.halfTime), 1 / Double(sampleCount + 1))
        let steady = sample.high == sample.low ? seconds / (seconds + Self.steadyTime) : 0
        let largestFall = max(Self.largestFall, steady)
        let step = min(weight, distance > 0 ? Self.largestRise : largestFall)
        estimate = current + step * distance
    }

    /// Where a sample pulls the estimate; one acknowledgement that was held up must not pull it far down.
    private func target(_ sample: PathSample, from current: Double) -> Double {
        let nearest = sample.nearest(to: current)
        guard nearest < current * Self.steepFall else { return nearest }
        guard latest.count == Self.steepFallSamples else { return current }
        return latest.reduce(nearest) { max($0, min(current, $1.nearest(to: current))) }
    }

    private mutating func counted(_ sample: PathSample) {
        sampleCount += 1
        if latest.count == Self.steepFallSamples { latest.removeFirst() }
        latest.append(sample)
        guard let estimate else { return }
        longRun += max(Self.longRunShare, 1 / Double(sampleCount)) * (estimate - longRun)
        if sampleCount >= Self.longRunSamples { bestLongRun = max(bestLongRun, longRun) }
    }
}
