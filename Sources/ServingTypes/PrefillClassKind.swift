/// Which prompts a prefill worker is meant for.
public enum PrefillClassKind: UInt8, Hashable, Sendable, CaseIterable {
    /// All.
    case any = 1
    /// Those that take less than reading the weights once.
    case short = 2
    /// The others.
    case long = 3

    /// The word used in tables and metrics.
    public var name: String {
        switch self {
        case .any: "any"
        case .short: "short"
        case .long: "long"
        }
    }
}
