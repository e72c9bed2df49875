import ServingTypes

/// What a worker's core asks of the shell or the simulator.
public enum WorkerAction: Sendable {
    /// Tell the router whether an assignment is taken.
    case answer(RouterKey, AssignmentAnswer)
    /// Give output tokens to the router.
    case tokens(RouterKey, TokenBatch)
    /// Give a load report to every router, in its place among the other actions.
    case load(LoadReport)
    /// Tell the router that a part is over.
    case ended(RouterKey, WorkEnded)
    /// Offer KV; connects to the worker if need be.
    case offer(to: WorkerAddress, KVOffer)
    /// Answer an offer, acknowledge chunks or extend the credit.
    case held(to: WorkerRef, KVHeld)
    /// Ask for chunks again.
    case resend(to: WorkerRef, KVResend)
    /// Ask a worker for cached blocks; connects to it if need be.
    case fetch(from: WorkerAddress, KVFetch)
    /// Confirm a frame of a probe.
    case probed(to: WorkerRef, number: UInt64)
    /// There is something to send: a lane to that worker should ask `nextLaneWork`; opens one if there is none.
    case wakeLanes(to: WorkerAddress)
    /// Hand an attempt over.
    case handOff(to: WorkerRef, KVHandOff)
    /// Confirm that all KV is here and sound.
    case verified(to: WorkerRef, KVTransferID)
    /// Give a transfer up.
    case abort(to: WorkerRef, KVAbort)
    /// Tell the router whether the role will change.
    case roleAnswer(RouterKey, RoleAnswer)
    /// Tell the router what became of the cache.
    case cacheFlushed(RouterKey, CacheFlush)
    /// The role has changed: register anew with every router.
    case register
    /// A transfer has succeeded: to be counted.
    case transferred(TransferDone)
    /// A prompt gets its first step: to be counted.
    case promptStarted(PromptStart)
    /// The rate to a worker fell far below what is expected, or is back: to be logged.
    case pathChanged(PathChange)
}
