import ServingTypes

/// What changed from one run to another, line by line.
///
/// A line's interval holds the true difference in 95 of 100 cases; it comes from drawing the requests (for
/// rates, the intervals of time) again, seeded. A difference counts when its interval lies on one side of
/// zero and it is at least ``minimumEffect`` of the base. Without rows there is no interval for a latency,
/// and only ``toleranceWithoutRows`` decides.
public struct ReportComparison: Hashable, Sendable {
    /// What became of a figure.
    public enum Verdict: String, Hashable, Sendable {
        /// The candidate is better.
        case better
        /// The candidate is worse.
        case worse
        /// Nothing that these runs can show.
        case noDifference = "no difference"
    }

    /// One figure of both runs.
    public struct Line: Hashable, Sendable {
        /// Its key in a report's JSON.
        public var key: String
        /// The base run's value.
        public var base: Double
        /// The candidate run's value.
        public var candidate: Double
        /// Where the difference lies, candidate − base; `nil` when the runs hold too little to say.
        public var interval: ClosedRange<Double>?
        /// Whether a smaller value is better.
        public var isLowerBetter: Bool
        /// What became of it.
        public var verdict: Verdict

        /// Candidate − base.
        public var difference: Double { candidate - base }
        /// The difference as a share of the base; `nil` for a base of zero.
        public var relativeDifference: Double? { base == 0 ? nil : difference / base.magnitude }
    }

    /// A setting in which the runs differ: then they may not be comparable.
    public struct Setting: Hashable, Sendable {
        /// Its key.
        public var name: String
        /// The base run's value.
        public var base: String
        /// The candidate run's value.
        public var candidate: String
    }

    /// Differences below this share of the base are none, however certain.
    public static let minimumEffect = 0.01
    /// Without an interval, differences below this share of the base are none.
    public static let toleranceWithoutRows = 0.05

    /// The base run's label.
    public let base: String
    /// The candidate run's label.
    public let candidate: String
    /// Settings in which they differ.
    public let settings: [Setting]
    /// Rates first, then latencies.
    public let lines: [Line]

    /// Compares two runs; equal arguments give equal comparisons.
    public init(base: RunReport, candidate: RunReport, seed: UInt64 = 0) {
        self.base = base.settings.label
        self.candidate = candidate.settings.label
        settings = Self.settings(base.settings, candidate.settings)
        var random = SplitMix64(seed: seed)
        lines = Self.rates(base, candidate, &random) + Self.latencies(base, candidate, &random)
    }

    static func line(
        _ key: String,
        _ base: Double,
        _ candidate: Double,
        _ interval: ClosedRange<Double>?,
        isLowerBetter: Bool
    ) -> Line {
        let difference = candidate - base
        let threshold = (interval == nil ? toleranceWithoutRows : minimumEffect) * base.magnitude
        let isCertain = interval.map { !$0.contains(0) } ?? true
        let counts = isCertain && difference != 0 && difference.magnitude >= threshold
        let isBetter = (difference < 0) == isLowerBetter
        return Line(
            key: key,
            base: base,
            candidate: candidate,
            interval: interval,
            isLowerBetter: isLowerBetter,
            verdict: counts ? (isBetter ? .better : .worse) : .noDifference
        )
    }
}
