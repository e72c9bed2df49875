public import ServingTypes

/// Everything that processes say to each other.
public enum Message: Hashable, Sendable {
    /// First message of either side on every connection.
    case hello(Hello)
    /// Worker to router: who I am.
    case register(WorkerRegistration)
    /// Router to worker: you are in; show a sign of life this often.
    case registered(heartbeatInterval: Duration)
    /// Worker to router: my state after a change.
    case load(LoadReport)
    /// Router to worker: send a full load report.
    case loadResync
    /// Sign of life.
    case heartbeat(Heartbeat)
    /// Router to worker: take no new work.
    case drain
    /// Router to worker: take work again.
    case undrain
    /// Worker to router: what I still owe.
    case drainStatus(DrainStatus)
    /// Router to worker: end the work of your role and take this one.
    case setRole(WorkerRole)
    /// Worker to router: whether I do.
    case roleAnswer(RoleAnswer)
    /// Router to worker: drop the cached KV that nobody holds.
    case flushCache
    /// Worker to router: what that was.
    case cacheFlushed(CacheFlush)
    /// Why the sender closes the connection after this message.
    case failure(ServingError)

    /// Router to worker: do this part of this attempt.
    case assign(Assignment)
    /// Worker to router: taken, or refused.
    case answer(AssignmentAnswer)
    /// Worker to router: output tokens.
    case tokens(TokenBatch)
    /// Worker to router: my part is over.
    case ended(WorkEnded)
    /// Router to worker: give the attempt up and free what it holds.
    case cancel(AttemptID, reason: ServingError)
    /// Router to worker: end the attempt as preempted, so that it continues elsewhere; a worker may go on instead.
    case preempt(AttemptID)

    /// Sender to receiver: KV is coming.
    case offer(KVOffer)
    /// Receiver to sender: what I hold, what has landed, and what you may send.
    case held(KVHeld)
    /// Head of one KV payload; the payload itself is read in place by the lane and is no part of this value.
    case chunks([KVChunk])
    /// Prefill to decode worker: all was sent; go on from this token.
    case handOff(KVHandOff)
    /// Receiver to sender: all arrived, sound; you may free your copy.
    case verified(KVTransferID)
    /// Either worker: the transfer is over without success.
    case abort(KVAbort)
    /// A worker to one that may hold a prefix: send me these blocks.
    case fetch(KVFetch)
    /// Receiver to sender: send these chunks again.
    case resend(KVResend)
    /// Head of one frame of a probe; the payload itself is read by the lane and is no part of this value.
    case probe(KVProbe)
    /// Receiver to sender: the probe's frame of this number has arrived.
    case probed(number: UInt64)

    /// Operator to router: drain or resume a worker.
    case drainRequest(DrainRequest)
    /// How far that is.
    case drainReply(DrainReply)
    /// Operator to router: what became of this request? It is named by the client's X-Request-Id or by the 32
    /// hexadecimal digits of its identity, in 1 to ``WireLimits/requestNameBytes`` bytes.
    case requestQuery(String)
    /// The answer.
    case decision(DecisionReply)
    /// Operator to router: give a worker another role.
    case roleRequest(RoleRequest)
    /// How far that is.
    case roleReply(RoleReply)
    /// Operator to router: give me this document.
    case documentRequest(DocumentRequest)
    /// The answer.
    case documentReply(DocumentReply)
    /// Operator to router: do this with a worker.
    case workerOrder(WorkerOrder)
    /// What came of it.
    case workerOrderReply(WorkerOrderReply)

    /// The type under which the message travels.
    public var type: MessageType {
        switch self {
        case .hello: .hello
        case .register: .register
        case .registered: .registered
        case .load: .load
        case .loadResync: .loadResync
        case .heartbeat: .heartbeat
        case .drain: .drain
        case .undrain: .undrain
        case .drainStatus: .drainStatus
        case .setRole: .setRole
        case .roleAnswer: .roleAnswer
        case .flushCache: .flushCache
        case .cacheFlushed: .cacheFlushed
        case .failure: .failure
        case .assign: .assign
        case .answer: .answer
        case .tokens: .tokens
        case .ended: .ended
        case .cancel: .cancel
        case .preempt: .preempt
        case .offer: .offer
        case .held: .held
        case .chunks: .chunks
        case .handOff: .handOff
        case .verified: .verified
        case .abort: .abort
        case .fetch: .fetch
        case .resend: .resend
        case .probe: .probe
        case .probed: .probed
        case .drainRequest: .drainRequest
        case .drainReply: .drainReply
        case .requestQuery: .requestQuery
        case .decision: .decision
        case .roleRequest: .roleRequest
        case .roleReply: .roleReply
        case .documentRequest: .documentRequest
        case .documentReply: .documentReply
        case .workerOrder: .workerOrder
        case .workerOrderReply: .workerOrderReply
        }
    }
}
