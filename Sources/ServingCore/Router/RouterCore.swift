import KVCache
import ServingTypes

/// The state of one router: its requests and what it knows of its workers; time and events come in, actions
/// go out.
///
/// A value without clock, socket or thread: the daemon guards it with one mutex, the simulator steps it. An
/// event about one request costs O(1) beside its tokens; a placement O(workers); a lost worker O(requests).
public struct RouterCore: Sendable {
    var settings: RouterCoreSettings
    var placement: Placement
    var table: WorkerTable
    /// Looked up by identity; every walk over it is in order of arrival.
    var requests: [RequestID: RequestEntry] = [:]
    var waiting: WaitingQueue
    var fairness: FairnessState
    var deadlines = DeadlineQueue()
    /// When waiting requests are tried again without any other occasion.
    var retryAt: Timestamp?
    var arrivals: UInt64 = 0
    /// Who was chosen last.
    var turn = PlacementTurn()
    var moves: MovePlanner
    /// The request that waits for others to end, as of the last look at those that wait.
    var blocked: RequestID?
    var outbox: [RouterAction] = []
    /// Whether something happened that may give a waiting request its place.
    var hasOccasion = false
    /// What is adjusted from time to time.
    var steering: RouterSteering
    /// What happened since the start.
    public internal(set) var counters = RouterCounters()

    /// A router without workers.
    public init(settings: RouterCoreSettings) {
        self.settings = settings
        placement = Placement(settings: settings.placement)
        moves = MovePlanner(settings: settings.decode)
        table = WorkerTable(prefixHashLimit: settings.prefixHashLimit, links: settings.links)
        steering = RouterSteering(
            pools: settings.pools,
            classes: settings.prefillClasses,
            siteLimits: settings.links.siteLimits
        )
        waiting = WaitingQueue(settings: settings.fairness)
        fairness = FairnessState(settings: settings.fairness)
    }

    /// Takes one event and says what is to be done, in order.
    public mutating func handle(_ event: RouterEvent, now: Timestamp) -> [RouterAction] {
        switch event {
        case .registered(let registration): register(registration, now: now)
        case .roleChanged(let registration): changeRole(registration, now: now)
        case .rolesPermitted(let worker, let roles): table.permit(roles, to: worker)
        case .roleAnswered(let answer, let worker): answered(answer, by: worker, now: now)
        case .cordoned(let worker, let value): cordon(worker, value)
        case .loaded(let worker, let report): load(report, from: worker, now: now)
        case .lost(let worker): lose(worker, now: now)
        case .submitted(let submission): submit(submission, now: now)
        case .answered(let answer, let worker):
            step(answer.attempt.request, .answered(answer, from: worker), now: now)
        case .tokens(let batch, let worker):
            step(batch.attempt.request, .tokens(batch, from: worker), now: now)
        case .ended(let ended, let worker): step(ended.attempt.request, .ended(ended, from: worker), now: now)
        case .cancelled(let request, let reason): step(request, .cancelled(reason), now: now)
        case .ticked: tick(now: now)
        }
        if hasOccasion { placeWaiting(now: now) }
        switch event {
        case .loaded, .ticked: considerMove(now: now)
        case .registered, .roleChanged, .rolesPermitted, .roleAnswered, .cordoned, .lost, .submitted,
            .answered,
            .tokens, .ended, .cancelled:
            break
        }
        let actions = outbox
        outbox = []
        return actions
    }

    /// When `ticked` is next of use; it may turn out to be of none.
    public var nextDeadline: Timestamp? {
        guard let retryAt else { return deadlines.next }
        return deadlines.next.map { min($0, retryAt) } ?? retryAt
    }

    /// Whether a worker of this role takes new work.
    public func isServed(by role: WorkerRole) -> Bool { table.hasOpenWorker(role) }

    /// All registered workers by name.
    public var workers: [WorkerStatus] { table.all.map(\.status) }

    /// What is known of the ways between workers, by sender, then by receiver.
    public var links: [LinkSummary] { table.links.summaries() }

    /// Where a request stands; `nil` once it is over and recorded.
    public func request(_ request: RequestID) -> RequestStatus? { requests[request]?.status }

    /// Attempts of a request that is not recorded yet, oldest first; of many the latest.
    ///
    /// The end of one that still runs is not known: its `endedAfter` means nothing.
    public func attempts(of request: RequestID) -> [AttemptRecord] {
        requests[request]?.machine.attempts ?? []
    }

    /// Requests that are not over.
    public var inFlight: Int { requests.values.reduce(0) { $0 + ($1.machine.isOver ? 0 : 1) } }

    /// Requests that wait to be placed.
    public var waitingCount: Int { waiting.count }

    /// Requests of which anything is kept, those included whose last reports are awaited.
    public var requestCount: Int { requests.count }

    /// Gives one event to a request's machine and does what it asks.
    mutating func step(_ request: RequestID, _ event: RequestMachine.Event, now: Timestamp) {
        guard let index = requests.index(forKey: request) else {
            if event.isFromWorker { counters.stale += 1 }
            return
        }
        let effects = requests.values[index].machine.handle(event, now: now)  // In place: an entry is large.
        for effect in effects { perform(effect, request, now: now) }
        arm(request)
    }

    /// Makes sure that the request is looked at when its deadline comes.
    mutating func arm(_ request: RequestID) {
        guard let index = requests.index(forKey: request),
            let (time, arrival) = requests.values[index].armed()
        else { return }
        deadlines.insert(request, arrival: arrival, at: time)
    }

    private mutating func tick(now: Timestamp) {
        while let request = deadlines.popDue(now: now) {
            guard let entry = requests[request] else { continue }
            // Of several entries of one request only the earliest is the armed one.
            requests[request]?.armedUntil = nil
            if let deadline = entry.machine.deadline, deadline <= now {
                step(
                    request,
                    .expired(entry.machine.isWaiting ? obstacle(to: request, now: now) : nil),
                    now: now
                )
            } else {
                arm(request)
            }
        }
        if let retryAt, retryAt <= now { hasOccasion = true }
    }
}

extension RequestMachine.Event {
    /// Whether a worker sent it, so that it is stale when its request is unknown.
    fileprivate var isFromWorker: Bool {
        switch self {
        case .answered, .tokens, .ended: true
        case .placed, .rejected, .lost, .cancelled, .expired: false
        }
    }
}
