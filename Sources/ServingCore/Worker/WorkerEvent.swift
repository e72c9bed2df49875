import ServingTypes

/// What happens to a worker, as the shell or the simulator tells it.
public enum WorkerEvent: Sendable {
    /// A router gives work.
    case assigned(Assignment, router: RouterKey)
    /// A router takes work back.
    case cancelled(AttemptID, router: RouterKey)
    /// A router wants to continue an attempt elsewhere.
    case preemptionWanted(AttemptID, router: RouterKey)
    /// A sender announces KV, or shows that it is alive.
    case offered(KVOffer, from: WorkerRef)
    /// A receiver says what it holds, what has landed and how much may be sent.
    case held(KVHeld, from: WorkerRef)
    /// A receiver wants chunks again.
    case resendWanted(KVResend, from: WorkerRef)
    /// A prefill worker has sent everything and names the first token.
    case handedOff(KVHandOff, from: WorkerRef)
    /// A receiver has every block, checked.
    case verified(KVTransferID, from: WorkerRef)
    /// The other side of a transfer gave up.
    case aborted(KVAbort, from: WorkerRef)
    /// A worker asks for cached blocks; the address is where its lanes end.
    case fetchWanted(KVFetch, from: WorkerAddress)
    /// A receiver has confirmed a frame of a probe.
    case probed(number: UInt64, from: WorkerRef)
    /// A lane is gone: it reads no blocks any more.
    ///
    /// - `unsent`: a chunk that it had taken and not sent whole.
    /// - `isBroken`: whether what it had sent may not have arrived.
    case laneClosed(UInt64, to: WorkerRef, unsent: [ChunkTicket], isBroken: Bool)
    /// No lane to a worker can be opened.
    case lanesFailed(to: WorkerRef, ServingError)
    /// A link to a worker is there, again or for the first time.
    case linkOpened(WorkerRef)
    /// The last link to a worker is gone; it may come back.
    case linkLost(WorkerRef)
    /// A worker's process is gone, or cannot be reached.
    case peerLost(WorkerRef)
    /// A heartbeat's way to a worker and back.
    case roundTrip(WorkerRef, Duration)
    /// The link to a router is gone.
    case routerLost(RouterKey)
    /// The worker is to take no new work, or to take it again.
    case draining(Bool)
    /// A router wants the worker to take another role.
    case roleWanted(WorkerRole, router: RouterKey)
    /// A router wants the cached KV dropped that nobody holds.
    case flushWanted(router: RouterKey)
    /// The engine could not do a step; its sequences fail.
    case stepFailed(StepPlan, ServingError)
    /// Time passed: `nextDeadline` may have come.
    case ticked
}
