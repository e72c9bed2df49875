import ServingTypes

/// A request rate that moves from one value to another, then stays.
public struct RateRamp: Hashable, Sendable {
    /// How the rate moves.
    public enum Curve: String, CaseIterable, Hashable, Sendable {
        /// By equal steps.
        case linear
        /// By equal factors.
        case exponential
    }

    /// What the movement is spread over.
    public enum Span: Hashable, Sendable {
        /// All requests of the run, by index, as `vllm bench serve --ramp-up-strategy` does.
        case requests
        /// A time from the start of the run.
        case time(Duration)
    }

    /// How the rate moves.
    public var curve: Curve
    /// Requests per second at the start, above 0.
    public var from: Double
    /// Requests per second at the end, above 0.
    public var to: Double
    /// What the movement is spread over.
    public var over: Span
    /// Shape of the gaps' gamma distribution; 1 is a Poisson process, infinite makes gaps regular.
    public var burstiness: Double

    /// A ramp of Poisson arrivals, unless another burstiness is given.
    public init(_ curve: Curve, from: Double, to: Double, over: Span = .requests, burstiness: Double = 1) {
        self.curve = curve
        self.from = from
        self.to = to
        self.over = over
        self.burstiness = burstiness
    }
}
