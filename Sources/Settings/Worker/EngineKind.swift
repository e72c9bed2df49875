/// What computes on a worker.
public enum EngineKind: String, Hashable, Sendable, CaseIterable {
    /// The CPU transformer.
    case cpu
    /// An imitation that takes the time of another machine and answers no question.
    case paced
}
