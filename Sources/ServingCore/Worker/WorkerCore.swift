import KVCache
import ServingTypes

/// The state of one worker: its KV blocks, its share of each attempt, its transfers; time and events come in, actions go out.
///
/// A value without clock, socket or thread: the daemon guards it with one mutex, the simulator steps it. The shell
/// runs the engine between `nextStep` and `finishStep`, and its lanes between `beginChunk` and `endChunk`.
public struct WorkerCore: Sendable {
    /// An offer that came before its reservation.
    struct ParkedOffer: Sendable {
        var offer: KVOffer
        var sender: WorkerRef
        var deadline: Timestamp
        /// The hand-off that followed it already.
        var handOff: KVHandOff?
    }

    /// What went wrong or came late since boot; never falls.
    public struct Counters: Hashable, Sendable {
        /// Messages about attempts that are over, or that a later attempt replaced.
        public var stale = 0
        /// Chunks that went to the scratch sink.
        public var discardedChunks = 0
        /// Messages and chunks without the right grant or from the wrong worker.
        public var unauthorized = 0
        /// Parts that failed.
        public var failures = 0
        /// Parts that gave way to others; no failures.
        public var preemptions = 0
        /// Blocks that running answers took beyond those of their admission.
        public var grownBlocks = 0
        /// Prompt tokens found in the prefix cache, of all sequences that started.
        public var hitTokens = 0
        /// Prompt tokens looked up in the prefix cache, of all sequences that started.
        public var queriedTokens = 0
        /// KV bytes that have landed here, before any codec.
        public var received = CodecBytes()
        /// KV bytes that were given to lanes, before any codec.
        public var sent = CodecBytes()
        /// Bytes of chunks as lanes sent them.
        public var wireBytes = 0
        /// Chunks that came damaged.
        public var damagedChunks = 0
        /// Chunks that were given to a lane again.
        public var resentChunks = 0
        /// Fetches of prefixes that were begun.
        public var fetches = 0
        /// Prompt tokens whose KV was fetched.
        public var fetchedTokens = 0
        /// Fetches that ended early; the rest was computed.
        public var failedFetches = 0
        /// Fetches that were served to other workers.
        public var servedFetches = 0
        /// How often a step has yielded to prompts at a layer boundary.
        public var layerPreemptions = 0
        /// Steps that ran between two layers of another.
        public var nestedSteps = 0

        /// KV bytes that have landed here, before any codec.
        public var receivedBytes: Int { received.total }
        /// KV bytes that were given to lanes, before any codec.
        public var sentBytes: Int { sent.total }
    }

    var settings: WorkerCoreSettings
    var prefill: PrefillScheduler
    var pool: BlockPool
    /// Looked up by attempt; every walk over it is in the order of the keys.
    var sequences: [AttemptID: WorkSequence] = [:]
    /// Sequences without blocks, and prompts being computed, in order of arrival.
    var waiting: [AttemptID] = []
    var prefilling: [AttemptID] = []
    /// In order of admission.
    var decoding: [AttemptID] = []
    /// Those that a router wants back, once their step is over.
    var wantedBack: [AttemptID] = []
    /// Ended while the engine worked on them: their blocks are released after the step.
    var doomed: [AttemptID: WorkSequence] = [:]
    var parkedOffers: [AttemptID: ParkedOffer] = [:]
    var fence: AttemptFence
    /// Cached blocks on their way to workers that asked for them.
    var served: [ServedFetch.Key: ServedFetch] = [:]
    /// Transfers with something to send, by receiver.
    var sendQueues: [WorkerRef: SendQueue] = [:]
    /// Workers whose link is gone, and until when it may come back.
    var lostLinks: [WorkerRef: Timestamp] = [:]
    var paths: PathBook
    var probe: RunningProbe?
    /// Where the workers of known paths are.
    var addresses: [WorkerID: WorkerAddress] = [:]
    var ticketCount: UInt64 = 0
    var stepCount: UInt64 = 0
    var isDraining = false
    /// What it does now.
    public internal(set) var role: WorkerRole
    /// What it does once the work of its role has ended; `nil` unless a change is on its way.
    var nextRole: WorkerRole?
    var outbox: [WorkerAction] = []
    var load: LoadTracker
    /// What steps take here, as far as it was measured.
    var fit: CostFit
    /// Steps that the engine works on, each nested in the one before.
    var stepsInProgress: [StepInProgress] = []
    var hasPreemptionNews = false
    /// When running answers last had a step, and whether they come first in the next.
    var answersServedAt = Timestamp.zero
    var owesAnswers = false
    var lastStep: FinishedStep?
    /// What went wrong or came late since boot.
    public internal(set) var counters = Counters()

    /// A worker with an empty pool.
    public init(settings: WorkerCoreSettings) {
        precondition(
            settings.stepTokens > 0 && settings.maxRunning > 0,
            "a worker needs a budget of at least 1"
        )
        self.settings = settings
        role = settings.role
        prefill = PrefillScheduler(settings: settings.prefill, stepTokens: settings.promptStepTokens)
        fit = CostFit(prior: settings.cost)
        pool = BlockPool(blockCount: settings.blockCount, blockTokens: settings.layout.blockTokens)
        fence = AttemptFence(limit: settings.maxRetired)
        paths = PathBook(settings: settings.paths)
        load = LoadTracker(interval: settings.loadInterval)
    }

    /// The pool by state.
    public var blocks: BlockGauges { pool.counts }

    /// Whether no request and no KV is owed to anybody: what "safe to stop" means.
    public var isIdle: Bool { sequences.isEmpty && doomed.isEmpty && parkedOffers.isEmpty && served.isEmpty }

    /// Whether the engine may find something to compute: a wake for nothing costs a switch of threads.
    public var hasEngineWork: Bool { !decoding.isEmpty || !prefilling.isEmpty || !waiting.isEmpty }

    /// Sequences that wait for their first step, and that run.
    public var sequenceCounts: (waiting: Int, running: Int) {
        (waiting.count, sequences.count - waiting.count)
    }

    /// What is owed: parts that are not over, and transfers whose KV is kept or expected; O(sequences).
    public var owed: (requests: Int, leases: Int) {
        let transfers = sequences.values.count { $0.transferPeer != nil }
        return (sequences.count + doomed.count, transfers + parkedOffers.count + served.count)
    }

    /// Engine steps planned since boot.
    public var stepsDone: UInt64 { stepCount }

    /// Describes the first broken invariant of the pool, if any; recounts everything.
    public func checkInvariants() -> String? { pool.checkInvariants() }

    /// Takes one event and says what is to be done.
    public mutating func handle(_ event: WorkerEvent, now: Timestamp) -> [WorkerAction] {
        let mark = preemptionMark
        defer { notePreemption(since: mark) }
        switch event {
        case .assigned(let assignment, let router): assign(assignment, router: router, now: now)
        case .cancelled(let attempt, let router): cancel(attempt, router: router, now: now)
        case .preemptionWanted(let attempt, let router): giveBack(attempt, router: router, now: now)
        case .offered(let offer, let sender): take(offer, from: sender, now: now)
        case .held(let answer, let receiver): take(answer, from: receiver, now: now)
        case .resendWanted(let resend, let receiver): take(resend, from: receiver, now: now)
        case .handedOff(let handOff, let sender): take(handOff, from: sender, now: now)
        case .verified(let transfer, let receiver): verified(transfer, by: receiver, now: now)
        case .aborted(let abort, let peer): aborted(abort, by: peer, now: now)
        case .fetchWanted(let fetch, let requester): serve(fetch, to: requester, now: now)
        case .probed(let number, let peer): probed(number, by: peer, now: now)
        case .laneClosed(let lane, let receiver, let unsent, let isBroken):
            laneClosed(lane, to: receiver, unsent: unsent, isBroken: isBroken, now: now)
        case .lanesFailed(let receiver, let error): failLanes(to: receiver, error, now: now)
        case .linkOpened(let peer): linkOpened(peer, now: now)
        case .linkLost(let peer): linkLost(peer, now: now)
        case .peerLost(let peer): lose(peer, now: now)
        case .roundTrip(let peer, let time): paths.roundTrip(time, to: peer.id)
        case .routerLost(let router): lose(router, now: now)
        case .draining(let value): isDraining = value
        case .roleWanted(let role, let router): change(to: role, router: router)
        case .flushWanted(let router): flushCache(for: router)
        case .stepFailed(let plan, let error): failStep(plan, error, now: now)
        case .ticked: tick(now: now)
        }
        return takeActions()
    }

    /// When `ticked` is next of use; O(sequences).
    public var nextDeadline: Timestamp? {
        var earliest: Timestamp?
        func consider(_ time: Timestamp?) {
            guard let time else { return }
            earliest = min(earliest ?? time, time)
        }
        for sequence in sequences.values {
            consider(sequence.deadline)
            consider(sequence.renewAt)
            consider(sequence.fetch?.deadline)
            consider(sequence.fetch?.renewAt)
        }
        for fetch in served.values {
            consider(fetch.deadline)
            consider(fetch.renewAt)
        }
        for deadline in lostLinks.values { consider(deadline) }
        for parked in parkedOffers.values { consider(parked.deadline) }
        return earliest
    }

    /// What is to be done after calls that do not return it.
    public mutating func takeActions() -> [WorkerAction] {
        changeRoleIfFree()
        let actions = outbox
        outbox = []
        return actions
    }
}
