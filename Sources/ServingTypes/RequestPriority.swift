/// How urgent a request is; lower values go first.
public enum RequestPriority: UInt8, Hashable, Sendable, CaseIterable, Comparable {
    /// Somebody waits for the answer.
    case interactive = 1
    /// The answer is wanted, its time matters little: fills what interactive requests leave idle.
    case batch = 2
    /// Runs when nothing else does, and gives way first.
    case bestEffort = 3

    /// The word used in requests, settings and metrics.
    public var name: String {
        switch self {
        case .interactive: "interactive"
        case .batch: "batch"
        case .bestEffort: "best_effort"
        }
    }

    /// The priority of a word; `nil` for an unknown one.
    public init?(name: String) {
        guard let priority = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = priority
    }

    /// More urgent first.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
