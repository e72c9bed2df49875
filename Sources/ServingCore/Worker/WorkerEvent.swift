import ServingTypes

/// What happens to a worker, as the shell or the simulator tells it.
public enum WorkerEvent: Sendable {
    /// A router gives work.
    case assigned(Assignment, router: RouterKey)
    /// A router takes work back.
    case cancelled(AttemptID, router: RouterKey)
    /// A prefill worker announces KV, or shows that it is alive.
    case offered(KVOffer, from: WorkerRef)
    /// A decode worker says what it holds and how much may be sent.
    case held(KVHeld, from: WorkerRef)
    /// A prefill worker has sent everything and names the first token.
    case handedOff(KVHandOff, from: WorkerRef)
    /// A decode worker has every block, checked.
    case verified(AttemptID, from: WorkerRef)
    /// The other side of a transfer gave up.
    case aborted(KVAbort, from: WorkerRef)
    /// A lane has sent a chunk and no longer reads its blocks.
    case chunkSent(ChunkTicket)
    /// A lane could not send a chunk and no longer reads its blocks.
    case chunkFailed(ChunkTicket, ServingError)
    /// The link to a worker is gone, or could not be made.
    case peerLost(WorkerRef)
    /// The link to a router is gone.
    case routerLost(RouterKey)
    /// The worker is to take no new work, or to take it again.
    case draining(Bool)
    /// The engine could not do a step; its sequences fail.
    case stepFailed(StepPlan, ServingError)
    /// Time passed: `nextDeadline` may have come.
    case ticked
}
