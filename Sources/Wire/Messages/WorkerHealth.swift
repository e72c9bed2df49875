/// What a router thinks of a worker.
public enum WorkerHealth: UInt8, Hashable, Sendable, CaseIterable {
    /// Connected and answering.
    case live = 1
    /// Missed heartbeats; gets no new work.
    case suspect = 2
    /// Answers, but its engine does not progress.
    case sick = 3
    /// Gone.
    case dead = 4

    /// The word used in tables and metrics.
    public var name: String {
        switch self {
        case .live: "live"
        case .suspect: "suspect"
        case .sick: "sick"
        case .dead: "dead"
        }
    }
}
