import ServingTypes

/// From a worker to the router.
enum RouterMessage: Sendable {
    case register(WorkerRegistration)
    /// On a connection that is registered: with another role.
    case registerAnew(WorkerRegistration)
    case roleAnswer(RoleAnswer)
    case load(LoadReport)
    case answer(AssignmentAnswer)
    case tokens(TokenBatch)
    case ended(WorkEnded)
}

/// From the router to a worker.
enum WorkerMessage: Sendable {
    case assign(Assignment)
    case cancel(AttemptID)
    case preempt(AttemptID)
    case askLoad
    case setRole(WorkerRole)
}

/// From a worker to another.
enum PeerMessage: Sendable {
    case offer(KVOffer)
    case held(KVHeld)
    case resend(KVResend)
    case handOff(KVHandOff)
    case verified(KVTransferID)
    case abort(KVAbort)
    case fetch(KVFetch)
    case probed(UInt64)

    /// Whether a worker connects to the other one for its sake.
    var opensLink: Bool {
        switch self {
        case .offer, .fetch: true
        case .held, .resend, .handOff, .verified, .abort, .probed: false
        }
    }
}
