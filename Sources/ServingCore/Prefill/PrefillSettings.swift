public import ServingTypes

/// How a worker orders, batches and cuts prompts.
public struct PrefillSettings: Hashable, Sendable {
    /// The policy; everything below but ``maxStarvation`` concerns `length_aware` alone.
    public var policy = PrefillPolicy.lengthAware
    /// Prompts with fewer tokens to compute are short; `nil` takes the knee of the cost model.
    public var boundaryTokens: Int?
    /// Longest time for which an idle worker keeps short prompts waiting for company; zero never does.
    public var maxWindow = Duration.milliseconds(5)
    /// Shortest such time, when there is no reason to hurry; at most ``maxWindow``.
    public var minWindow = Duration.zero
    /// A prompt whose slack is below this starts at once.
    public var slackMargin = Duration.milliseconds(5)
    /// Longest time for which one step may hold the engine, as long as it computes a knee's worth of tokens.
    public var maxHold = Duration.milliseconds(100)
    /// Share of the engine's time that short prompts get while long ones wait too, in 0.05...0.95.
    public var shortShare = 0.5
    /// A class with work gets a turn after this time whatever its share, and prompts that find no blocks for so
    /// long let nobody start before them.
    public var maxStarvation = Duration.milliseconds(500)
    /// After this time a `batch` prompt counts as interactive.
    public var batchPatience = Duration.seconds(10)
    /// After this time a `best_effort` prompt counts as interactive.
    public var bestEffortPatience = Duration.seconds(60)

    /// Bounds of a boundary that comes from the cost model: outside them the fit is not to be believed.
    public static let boundaryLimits = 128...2_048

    /// The defaults.
    public init() {}
}
