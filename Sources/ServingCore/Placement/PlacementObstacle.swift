import ServingTypes

/// Why no plan exists; the case that is closest to working comes last.
public enum PlacementObstacle: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// No worker of a needed role is registered.
    case noWorker(WorkerRole)
    /// No worker of the role could hold the sequence even when empty; counts are tokens.
    case neverFits(WorkerRole, tokens: Int, largest: Int)
    /// Every worker of the role that could hold it is being drained or cordoned, or has just refused or failed it.
    case unwilling(WorkerRole)
    /// The workers that would take it have no room now.
    case noRoom(WorkerRole)

    /// Whether waiting for work to end may help: later requests must not overtake.
    public var isPassing: Bool {
        switch self {
        case .noWorker, .neverFits: false
        case .unwilling, .noRoom: true
        }
    }

    /// What is in the way, with numbers, and what to do.
    public var description: String {
        switch self {
        case .noWorker(let role):
            "no \(role.name) worker is registered: start one"
        case .neverFits(let role, let tokens, let largest):
            "the sequence needs KV for \(tokens) tokens, the largest \(role.name) worker holds \(largest): "
                + "shorten the prompt or max_tokens, or raise kv_cache.block_count"
        case .unwilling(let role):
            "every \(role.name) worker is drained, cordoned or has refused the request: retry later"
        case .noRoom(let role):
            "no \(role.name) worker has free KV blocks and a free place in its batch: "
                + "retry later, or add workers"
        }
    }

    private var rank: Int {
        switch self {
        case .noWorker: 0
        case .neverFits: 1
        case .unwilling: 2
        case .noRoom: 3
        }
    }

    /// Orders by how close the obstacle is to passing.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
