import ServingTypes

/// For how long an idle worker lets short prompts wait for company.
///
/// `W = clip(min(min_i(deadline_i − now − service) − δ, (D − depth) / rate), W_min, W_max)`. `D` is the depth at which
/// waiting for more stops to pay: a batch of the knee's tokens is full, and a prompt that joins saves one step's
/// floor while it keeps `depth` prompts waiting, so that no more than `rate × floor` should wait for it. At low rates
/// that is less than one, and nothing waits. Source: LAPS (arXiv 2601.11589); the second bound on D is ours.
struct WaitingWindow: Hashable, Sendable {
    var minimum: Duration
    var maximum: Duration
    var slackMargin: Duration

    /// What the window depends on.
    struct Inputs: Hashable, Sendable {
        /// Short prompts that wait.
        var depth: Int
        /// Tokens that they have to compute.
        var tokens: Int
        /// Tokens at which a batch is full.
        var kneeTokens: Int
        /// Mean length of short prompts.
        var meanTokens: Double
        /// Short prompts per second.
        var rate: Double
        /// Time of a step without tokens.
        var stepFloor: Duration
        /// The least slack of those that wait: deadline less now less service; `nil` without deadlines.
        var slack: Duration?
        /// When the first of them came.
        var oldestArrival: Timestamp
    }

    /// When the batch starts at the latest; `nil` for now.
    func end(_ inputs: Inputs, now: Timestamp) -> Timestamp? {
        guard maximum > .zero, inputs.tokens < inputs.kneeTokens else { return nil }
        let full = Double(inputs.kneeTokens) / inputs.meanTokens
        let worthwhile = min(full, inputs.rate * inputs.stepFloor.inSeconds)
        let missing = worthwhile - Double(inputs.depth)
        let filling = missing > 0 ? Duration.fromSeconds(missing / inputs.rate) : .zero
        let slack = inputs.slack.map { $0 - slackMargin } ?? maximum
        guard slack > .zero else { return nil }
        let window = min(max(min(slack, filling), minimum), maximum)
        // Waiting for company counts from arrival: nobody waits twice.
        let end = min(now + window, inputs.oldestArrival + maximum)
        return end > now ? end : nil
    }
}
