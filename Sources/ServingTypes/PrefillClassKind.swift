/// Which prompts a prefill worker is meant for.
public enum PrefillClassKind: Hashable, Sendable, CaseIterable {
    /// All.
    case any
    /// Those that take less than reading the weights once.
    case short
    /// The others.
    case long

    /// The word used in tables and metrics.
    public var name: String {
        switch self {
        case .any: "any"
        case .short: "short"
        case .long: "long"
        }
    }
}
