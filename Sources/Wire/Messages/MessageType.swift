/// Number of a message in the frame header.
///
/// Numbers are never reused. The high byte is the group: 1 control, 2 inference, 3 KV transfer, 4 admin.
/// Retired: 0x0406.
public enum MessageType: UInt16, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// First message of either side; see ``Hello``.
    case hello = 0x0101
    /// A worker describes itself to a router.
    case register = 0x0102
    /// The router takes the worker in.
    case registered = 0x0103
    /// A worker's state after a change.
    case load = 0x0104
    /// The router asks for a full load report.
    case loadResync = 0x0105
    /// Sign of life; see ``Heartbeat``.
    case heartbeat = 0x0106
    /// The router asks a worker to take no new work.
    case drain = 0x0107
    /// The router takes a drain back.
    case undrain = 0x0108
    /// What a draining worker still owes.
    case drainStatus = 0x0109
    /// Why the sender closes the connection.
    case failure = 0x010A
    /// The router orders a worker to take a role.
    case setRole = 0x010B
    /// The worker takes or refuses the order.
    case roleAnswer = 0x010C
    /// The router orders a worker to drop the cached KV that nobody holds.
    case flushCache = 0x010D
    /// What the worker dropped and kept.
    case cacheFlushed = 0x010E
    /// The router gives out a part of an attempt.
    case assign = 0x0201
    /// The worker takes or refuses it.
    case answer = 0x0202
    /// Output tokens.
    case tokens = 0x0203
    /// A worker's part is over.
    case ended = 0x0204
    /// The router gives an attempt up.
    case cancel = 0x0205
    /// The router wants an attempt back, to continue it elsewhere.
    case preempt = 0x0206
    /// A worker announces KV.
    case offer = 0x0301
    /// The receiver says what it holds and what has landed, and grants credit.
    case held = 0x0302
    /// Head of one KV payload on a lane.
    case chunks = 0x0303
    /// All KV was sent; go on from this token.
    case handOff = 0x0304
    /// The receiver has all KV, sound.
    case verified = 0x0305
    /// A transfer is over without success.
    case abort = 0x0306
    /// A worker asks another for cached blocks.
    case fetch = 0x0307
    /// The receiver asks for chunks again.
    case resend = 0x0308
    /// Head of one frame of a probe on a lane.
    case probe = 0x0309
    /// A frame of a probe has arrived.
    case probed = 0x030A
    /// An operator drains or resumes a worker.
    case drainRequest = 0x0403
    /// How far that is.
    case drainReply = 0x0404
    /// An operator asks what became of a request.
    case requestQuery = 0x0405
    /// What was decided for it, and what became of it.
    case decision = 0x0407
    /// An operator gives a worker another role.
    case roleRequest = 0x0410
    /// How far that is.
    case roleReply = 0x0411
    /// An operator asks for a document about the cluster, or a router for one about a worker.
    case documentRequest = 0x0414
    /// The document.
    case documentReply = 0x0415
    /// An operator gives an order about a worker.
    case workerOrder = 0x0416
    /// What came of it.
    case workerOrderReply = 0x0417

    /// Accepts a frame's type from a peer, before anything else of the frame is looked at.
    ///
    /// What a message says can ask for more: see ``Message/checkSender(_:)``.
    /// - Parameters:
    ///   - number: the type as the frame header states it.
    ///   - sender: all roles that the peer's certificate allows it.
    /// - Throws: ``WireError/unknownType(_:)`` or ``WireError/forbidden(_:sender:)``.
    public init(checking number: UInt16, from sender: SenderRoles) throws(WireError) {
        guard let type = MessageType(rawValue: number) else { throw .unknownType(number) }
        guard !type.allowedSenders.isDisjoint(with: sender) else { throw .forbidden(type, sender: sender) }
        self = type
    }

    /// Roles of which a sender needs at least one, whatever the message says.
    public var allowedSenders: SenderRoles {
        switch self {
        case .hello, .failure: .all
        case .heartbeat: [.router, .worker, .admin]
        case .register, .load, .drainStatus, .roleAnswer, .cacheFlushed, .answer, .tokens, .ended: .worker
        case .registered, .loadResync, .drain, .undrain, .setRole, .flushCache: .router
        case .assign, .cancel, .preempt: .router
        case .offer, .held, .chunks, .verified, .abort, .fetch, .resend, .probe, .probed: .worker
        case .handOff: .prefill
        case .requestQuery, .roleRequest: .admin
        case .workerOrder: .admin
        case .documentRequest: [.admin, .router]  // A router asks its workers about their settings.
        case .drainRequest: [.admin, .worker]  // A worker may ask for its own drain.
        case .drainReply, .decision, .roleReply: .router
        case .workerOrderReply: .router
        case .documentReply: [.router, .worker]
        }
    }

    /// The word used in errors and logs: the case's name in snake case.
    public var description: String {
        switch self {
        case .hello: "hello"
        case .register: "register"
        case .registered: "registered"
        case .load: "load"
        case .loadResync: "load_resync"
        case .heartbeat: "heartbeat"
        case .drain: "drain"
        case .undrain: "undrain"
        case .drainStatus: "drain_status"
        case .failure: "failure"
        case .setRole: "set_role"
        case .roleAnswer: "role_answer"
        case .flushCache: "flush_cache"
        case .cacheFlushed: "cache_flushed"
        case .assign: "assign"
        case .answer: "answer"
        case .tokens: "tokens"
        case .ended: "ended"
        case .cancel: "cancel"
        case .preempt: "preempt"
        case .offer: "offer"
        case .held: "held"
        case .chunks: "chunks"
        case .handOff: "hand_off"
        case .verified: "verified"
        case .abort: "abort"
        case .fetch: "fetch"
        case .resend: "resend"
        case .probe: "probe"
        case .probed: "probed"
        case .drainRequest: "drain_request"
        case .drainReply: "drain_reply"
        case .requestQuery: "request_query"
        case .decision: "decision"
        case .roleRequest: "role_request"
        case .roleReply: "role_reply"
        case .documentRequest: "document_request"
        case .documentReply: "document_reply"
        case .workerOrder: "worker_order"
        case .workerOrderReply: "worker_order_reply"
        }
    }
}
