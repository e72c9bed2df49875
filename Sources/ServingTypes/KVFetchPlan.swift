/// Where a worker gets leading blocks of its prompt from, instead of computing them.
public struct KVFetchPlan: Hashable, Sendable {
    /// The worker that is believed to hold them.
    public var source: WorkerAddress
    /// Leading blocks of the prompt to have afterwards, those held already included.
    public var blockCount: Int

    /// Names a source.
    public init(source: WorkerAddress, blockCount: Int) {
        self.source = source
        self.blockCount = blockCount
    }
}
