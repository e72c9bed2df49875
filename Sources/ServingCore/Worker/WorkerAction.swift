import ServingTypes

/// What a worker's core asks of the shell or the simulator.
public enum WorkerAction: Sendable {
    /// Tell the router whether an assignment is taken.
    case answer(RouterKey, AssignmentAnswer)
    /// Give output tokens to the router.
    case tokens(RouterKey, TokenBatch)
    /// Tell the router that a part is over.
    case ended(RouterKey, WorkEnded)
    /// Offer KV; connects to the worker if need be.
    case offer(to: WorkerAddress, KVOffer)
    /// Answer an offer or extend its credit.
    case held(to: WorkerRef, KVHeld)
    /// Send a chunk over a lane and report back with `chunkSent` or `chunkFailed`.
    case sendChunk(ChunkTicket, KVChunk)
    /// Hand an attempt over.
    case handOff(to: WorkerRef, KVHandOff)
    /// Confirm that all KV is here and sound.
    case verified(to: WorkerRef, AttemptID)
    /// Give a transfer up.
    case abort(to: WorkerRef, KVAbort)
}
