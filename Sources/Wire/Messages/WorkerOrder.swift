public import ServingTypes

/// An operator's order about a worker, beside draining it and changing its role.
public struct WorkerOrder: Hashable, Sendable {
    /// What is to be done.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// Place nothing new on it; taken back by a ``DrainRequest`` that resumes.
        case cordon = 1
        /// Forget it and refuse its name; taken back likewise.
        case remove = 2
        /// Let it drop the cached KV that nobody holds.
        case flushCache = 3
    }

    /// The worker.
    public var worker: WorkerID
    /// What is to be done.
    public var kind: Kind
    /// Whether a worker is removed although it has work: that is placed anew.
    public var isForced: Bool

    /// Names a worker and what to do with it.
    public init(_ kind: Kind, worker: WorkerID, isForced: Bool = false) {
        self.kind = kind
        self.worker = worker
        self.isForced = isForced
    }
}
