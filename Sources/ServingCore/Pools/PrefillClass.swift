import ServingTypes

/// Which prompts a prefill worker is meant for, and what it costs to give it another one.
///
/// A worker refuses no prompt for its class: one of the other class is charged for, so that it comes only where
/// the workers of its own class are busier by more than that.
public struct PrefillClass: Hashable, Sendable {
    /// Which prompts.
    public var kind: PrefillClassKind
    /// Longest short prompt, in tokens to compute.
    public var shortTokens: Int
    /// What a prompt of the other class is charged, in seconds.
    public var penaltySeconds: Double

    /// All prompts, without a charge.
    public static let any = PrefillClass(kind: .any, shortTokens: 0, penaltySeconds: 0)

    /// Describes a class.
    public init(kind: PrefillClassKind, shortTokens: Int, penaltySeconds: Double) {
        self.kind = kind
        self.shortTokens = shortTokens
        self.penaltySeconds = penaltySeconds
    }

    /// What a prompt is charged here, in seconds: the rule of placement.
    func penalty(newTokens: Int) -> Double {
        switch kind {
        case .any: 0
        case .short: newTokens <= shortTokens ? 0 : penaltySeconds
        case .long: newTokens > shortTokens ? 0 : penaltySeconds
        }
    }
}
