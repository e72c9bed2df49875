import KVCache
import ServingTypes

/// One part of one attempt on this worker, from assignment to its end.
///
/// ```
/// prefill part   waiting ─▶ (fetching ─▶) prefilling ─▶ handingOff ─▶ over
/// decode part    receiving ─▶ decoding ─▶ over
/// whole          waiting ─▶ (fetching ─▶) prefilling ─▶ decoding ─▶ over
/// ```
struct WorkSequence: Sendable {
    enum Phase: Sendable {
        /// Has no blocks yet.
        case waiting
        /// Its blocks are reserved, and a cached prefix is on its way from another worker.
        case fetching
        /// Its prompt is being computed here.
        case prefilling
        /// Its KV is on its way from the prefill worker.
        case receiving
        /// Produces tokens.
        case decoding
        /// Its KV is kept until the decode worker has verified its copy.
        case handingOff
    }

    let assignment: Assignment
    let router: RouterKey
    let arrivedAt: Timestamp
    let hasher: BlockHasher
    var phase: Phase
    /// Everything whose KV is or will be in the table: the assignment's tokens, then output of this part.
    var tokens: [TokenID]
    /// Its blocks, once it has some; the generations prove at admission that none was handed out anew.
    var reservation: Reservation?
    /// Leading tokens whose KV is in the blocks.
    var computedTokens = 0
    /// Leading full blocks that the prefix cache knows, and the hash of the last of them.
    var publishedBlocks = 0
    var publishedHash: BlockHash?
    /// Prompt tokens that are not in the cache because only a budget of them was handed off: the position of what a
    /// cache index holds is that much higher behind the prompt.
    var droppedTokens = 0
    /// Where the budget of a prompt's KV is put together, on the prefill worker.
    var selected: Reservation?
    /// The worst of the KV from which this sequence is computed.
    var fidelity = KVFidelity.exact
    var fetch: RunningFetch?
    var sender: SendTransfer?
    var receiver: ReceiveTransfer?
    /// When the part fails for want of a sign of life; `nil` while it depends on nobody.
    var deadline: Timestamp?
    /// When the sender repeats itself.
    var renewAt: Timestamp?
    /// How the prefill scheduler sees it.
    var prompt = PromptStanding()
    /// Whether the engine works on it: its blocks must outlive the step.
    var isStepping = false
    /// Number and time of the last step in which it decoded.
    var lastStep: UInt64 = 0
    var lastStepAt: Timestamp?
    var startedAt: Timestamp?
    var tokenAt: Timestamp?
    var report = StageReport()

    init(assignment: Assignment, router: RouterKey, phase: Phase, blockTokens: Int, now: Timestamp) {
        self.assignment = assignment
        self.router = router
        self.phase = phase
        arrivedAt = now
        tokens = assignment.tokens
        hasher = BlockHasher(key: assignment.hashKey, blockTokens: blockTokens)
    }

    var attempt: AttemptID { assignment.attempt }

    /// Its block table; empty while it waits.
    var table: [BlockIndex] { reservation?.table ?? [] }

    /// Output tokens so far, of this and earlier attempts.
    var output: ArraySlice<TokenID> { tokens[assignment.promptTokens...] }

    /// Tokens that its table must cover: all but those that its budget dropped.
    var cachedTokens: Int { tokens.count - droppedTokens }

    /// Whether its answer is produced on this worker.
    var decodesHere: Bool { !assignment.isPrefillPart }

    /// Tokens that must still be computed before one can be sampled.
    var uncomputedTokens: Int { tokens.count - computedTokens }

    /// How the pool counts its blocks.
    var hold: HoldReason {
        switch phase {
        case .waiting, .fetching, .prefilling, .decoding: .running
        case .receiving: .reserved
        case .handingOff: .leased
        }
    }

    /// The budget that applies to this prompt: one as large as the prompt saves nothing.
    var budget: KVBudget? {
        guard case .whole = assignment.part else {
            return assignment.budget.flatMap { $0.tokens < assignment.tokens.count ? $0 : nil }
        }
        return nil
    }

    /// Fidelity of cached KV that will do.
    var acceptedFidelity: KVFidelity { assignment.acceptsLossy ? .lossy : .exact }

    /// Starts the lease anew after a sign of life from the worker at the other end.
    mutating func renewLease(now: Timestamp) {
        if deadline != nil { deadline = now + assignment.lease }
    }

    /// The worker at the other end of an unfinished hand-off.
    var transferPeer: WorkerRef? { sender?.receiver.worker ?? (phase == .receiving ? receiver?.sender : nil) }
}
