import ServingTypes

/// From a worker to the router.
enum RouterMessage: Sendable {
    case register(WorkerRegistration)
    case load(LoadReport)
    case answer(AssignmentAnswer)
    case tokens(TokenBatch)
    case ended(WorkEnded)
}

/// From the router to a worker.
enum WorkerMessage: Sendable {
    case assign(Assignment)
    case cancel(AttemptID)
    case askLoad
}

/// From a worker to another.
enum PeerMessage: Sendable {
    case offer(KVOffer)
    case held(KVHeld)
    case handOff(KVHandOff)
    case verified(AttemptID)
    case abort(KVAbort)
}
