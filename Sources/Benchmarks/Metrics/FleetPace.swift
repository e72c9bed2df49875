internal import ServingTypes

/// What the workers of a fleet say, and how fast.
struct FleetPace: Sendable {
    /// Time between two tokens of an answer.
    var interval: Duration
    /// Ordinary text, over and over.
    var tokens: [TokenID]
}
