/// Decides with hysteresis whether a path is degraded.
struct PathHealth: Sendable {
    /// Part of the way from the threshold back to what is expected that a path must have recovered.
    static let recovery = 0.3

    private(set) var isDegraded = false
    /// Samples in a row that spoke for the other state.
    private var contrary = 0

    /// Takes the estimate after a sample; true when the state changed.
    mutating func changes(rate: Double, expected: Double, _ settings: PathSettings) -> Bool {
        let fraction = settings.degradedFraction
        let leave = fraction + (1 - fraction) * Self.recovery
        let speaksAgainst = isDegraded ? rate >= leave * expected : rate < fraction * expected
        contrary = speaksAgainst ? contrary + 1 : 0
        guard contrary >= settings.degradedSamples else { return false }
        contrary = 0
        isDegraded.toggle()
        return true
    }
}
