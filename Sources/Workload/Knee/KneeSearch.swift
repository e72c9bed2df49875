/// Finds the highest request rate at which enough requests still meet their service levels: the goodput knee.
///
/// Ask ``next``, run at that rate, and ``record(goodFraction:)`` what came of it, until ``next`` is `nil`.
/// The rate grows by a factor until one fails, or shrinks until one holds, then the interval between is
/// halved. Every answer is a rate that itself held. Because one run can fail by chance, the failure that
/// bounds the interval is tried once more when every rate below it held.
public struct KneeSearch: Hashable, Sendable {
    /// How the search goes.
    public struct Settings: Hashable, Sendable {
        /// The first rate, in requests per second.
        public var start: Double
        /// No rate above this is tried.
        public var highest: Double
        /// No rate below this is tried.
        public var lowest: Double
        /// Factor of growth, and of shrinking if the start fails; above 1.
        public var growth: Double
        /// Share of requests that must meet their levels.
        public var goodFraction: Double
        /// The search ends when the failing rate is above the holding one by no more than this share of it.
        public var tolerance: Double
        /// Runs at most.
        public var stepLimit: Int

        /// A search from `start` by factors of 2 for 90 % of requests, to 5 %, in at most 20 runs.
        public init(
            start: Double,
            lowest: Double = 0.01,
            highest: Double = 1e6,
            growth: Double = 2,
            goodFraction: Double = 0.9,
            tolerance: Double = 0.05,
            stepLimit: Int = 20
        ) {
            self.start = start
            self.lowest = lowest
            self.highest = highest
            self.growth = growth
            self.goodFraction = goodFraction
            self.tolerance = tolerance
            self.stepLimit = stepLimit
        }
    }

    /// One run.
    public struct Step: Hashable, Sendable {
        /// Requests per second.
        public var rate: Double
        /// Share of requests that met their levels.
        public var goodFraction: Double
        /// Whether that is enough.
        public var holds: Bool
    }

    /// How the search goes.
    public let settings: Settings
    /// The runs so far, in order.
    public private(set) var steps: [Step] = []
    /// The rate to try next; `nil` when the search is over.
    public private(set) var next: Double?
    /// The highest rate that held, below any that failed for good; `nil` when none held.
    public private(set) var knee: Double?
    /// The lowest rate that failed.
    private var failing: Double?
    /// Whether a lower rate failed, or the same one again, since the bound was set: it was no accident.
    private var isFailureConfirmed = false

    /// A search that has not begun.
    /// - Throws: ``WorkloadError`` for a setting out of bounds.
    public init(_ settings: Settings) throws(WorkloadError) {
        try WorkloadError.requirePositive("lowest rate", settings.lowest)
        try WorkloadError.requirePositive("highest rate", settings.highest)
        try WorkloadError.requirePositive("tolerance", settings.tolerance)
        guard settings.lowest <= settings.highest else {
            throw .outOfRange("lowest rate", value: settings.lowest, allowed: 0...settings.highest)
        }
        let rates = settings.lowest...settings.highest
        guard rates.contains(settings.start) else {
            throw .outOfRange("start rate", value: settings.start, allowed: rates)
        }
        guard (1.01...100).contains(settings.growth) else {
            throw .outOfRange("growth factor", value: settings.growth, allowed: 1.01...100)
        }
        guard settings.goodFraction > 0, settings.goodFraction <= 1 else {
            throw .outOfRange("good fraction", value: settings.goodFraction, allowed: 0...1)
        }
        try WorkloadError.require("step limit", settings.stepLimit, in: 1...1_000)
        self.settings = settings
        next = settings.start
    }

    /// Records the run at ``next``: the share of its requests that met their levels, 0 to 1.
    public mutating func record(goodFraction: Double) {
        guard let rate = next else { preconditionFailure("the search is over") }
        precondition((0...1).contains(goodFraction), "a share of \(goodFraction)")
        let holds = goodFraction >= settings.goodFraction
        steps.append(Step(rate: rate, goodFraction: goodFraction, holds: holds))
        if holds { recordHolding(rate) } else { recordFailing(rate) }
        next = steps.count < settings.stepLimit ? decided() : nil
    }

    private mutating func recordHolding(_ rate: Double) {
        knee = max(knee ?? rate, rate)
        // The bound was tried again and held: its failure was chance.
        if let failing, rate >= failing { self.failing = nil }
    }

    private mutating func recordFailing(_ rate: Double) {
        isFailureConfirmed = failing.map { rate <= $0 } ?? false
        failing = min(failing ?? rate, rate)
    }

    private func decided() -> Double? {
        guard let knee else {
            // Nothing held yet: further down.
            let lower = (failing ?? settings.start) / settings.growth
            return lower >= settings.lowest ? lower : nil
        }
        guard let failing else {
            let higher = min(knee * settings.growth, settings.highest)
            return higher > knee ? higher : nil
        }
        guard failing - knee > settings.tolerance * knee else { return isFailureConfirmed ? nil : failing }
        return knee + (failing - knee) / 2
    }
}
