/// Which prompts one prefill worker is meant for.
public struct PrefillClassStanding: Hashable, Sendable {
    /// The worker.
    public var worker: WorkerID
    /// Its prompts.
    public var kind: PrefillClassKind

    /// Pairs a worker with its prompts.
    public init(worker: WorkerID, kind: PrefillClassKind) {
        self.worker = worker
        self.kind = kind
    }
}
