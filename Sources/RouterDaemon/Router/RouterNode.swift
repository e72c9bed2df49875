internal import DaemonKit
internal import Dispatch
internal import KVCache
internal import Logging
internal import Observability
internal import ServingCore
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// The shell of the router: clients on one side, workers on the other, the core between them.
///
/// One mutex guards the core and the tables of links and clients. Tokens take one short turn under it, from the control
/// loop's thread into the choice's mailbox; nothing done there waits.
final class RouterNode: GenerationService, Sendable {
    /// What is logged and traced of a request once it is over.
    struct EndedRequest: Sendable {
        var record: RequestRecord
        var label: RecordBook.Label?
        var trace: TracedRequest?
    }

    struct State {
        /// Made when the first worker registers: only then is the KV layout known.
        var core: RouterCore?
        var layout: KVLayout?
        var links: [WorkerRef: ConnectionID] = [:]
        var workers: [ConnectionID: WorkerRef] = [:]
        var choices: [RequestID: ActiveChoice] = [:]
        var pulses: [WorkerRef: EnginePulse] = [:]
        var records: RecordBook
        var drains = DrainWaiters()
        var settingsQuestions = SettingsQuestions()
        var roleWaiters: [WorkerID: [ConnectionID]] = [:]
        var flushWaiters: [WorkerID: [ConnectionID]] = [:]
        /// Workers whose connection ended.
        var lost = LostWorkers()
        /// Names that an operator removed: refused until they are resumed.
        var removed: Set<WorkerID> = []
        var isStopping = false
        /// Requests that ended in this turn; logged after it.
        var ended: [EndedRequest] = []
    }

    /// Changes with each reload.
    var settings: RouterNodeSettings { currentSettings.withLock { $0 } }
    let currentSettings: Mutex<RouterNodeSettings>
    /// Answers questions about the process's settings, once there is somebody to.
    let desk = Mutex<(any SettingsDesk)?>(nil)
    let hub: LinkHub
    let identity: TLSIdentity
    let metrics: RouterMetrics
    let logger: Logger
    let model: ServedModel
    let startedAt = MonotonicClock.now
    /// The time of day, in nanoseconds since 1970, at the origin of the monotonic clock.
    let unixOrigin = WallClock.unixNanoseconds - MonotonicClock.now.nanoseconds
    /// Where decisions are kept beyond memory; `nil` for nowhere.
    let archive: DecisionArchive?
    let state: Mutex<State>
    /// Writes documents for operators, away from the links' thread.
    let documents = DispatchQueue(label: "documents")

    init(
        settings: RouterNodeSettings,
        model: ServedModel,
        hub: LinkHub,
        identity: TLSIdentity,
        metrics: RouterMetrics,
        archive: DecisionArchive?,
        logger: Logger
    ) {
        self.identity = identity
        currentSettings = Mutex(settings)
        self.model = model
        self.hub = hub
        self.metrics = metrics
        self.archive = archive
        self.logger = logger
        state = Mutex(State(records: RecordBook(limit: settings.maxRecords)))
    }

    /// Starts looking at deadlines.
    func start() { tick() }

    /// Ends every answer in progress with an error: the time to finish them is over.
    func giveUp() {
        let choices = state.withLock { state in
            state.isStopping = true
            return state.choices
        }
        for (request, choice) in choices {
            choice.source.fail(ServingError(.draining, "this router stopped before the answer was complete"))
            handle(.cancelled(request, .shutdown))
        }
    }

    /// Gives up what is left, closes every link, and writes what is to be recorded.
    func stop() {
        giveUp()
        hub.shutdown()
        archive?.close()
    }

    // MARK: GenerationService

    var isReady: Bool {
        state.withLock { state in
            guard !state.isStopping, state.core?.isServed(by: .decode) == true else { return false }
            return !settings.needsPrefillWorkers || state.core?.isServed(by: .prefill) == true
        }
    }

    func generate(_ request: GenerationRequest) -> GenerationStream {
        let id = request.id
        let (stream, source) = GenerationStream.make { [weak self] reason in
            self?.handle(.cancelled(id, reason))
        }
        guard let quality = settings.qualities[request.requestClass] else {
            source.fail(ServingError(.badRequest, "there is no request class \(request.requestClass)"))
            return stream
        }
        guard let submission = submission(for: request, quality) else {
            source.fail(ServingError(.noCapacity, "no worker has registered with this router yet"))
            return stream
        }
        let now = MonotonicClock.now
        change { state in
            guard !state.isStopping else {
                source.fail(ServingError(.draining, "this router is stopping"))
                return
            }
            state.choices[id] = ActiveChoice(
                source: source,
                tenant: request.tenant,
                clientRequestID: request.clientRequestID,
                promptTokens: request.tokens.count,
                submittedAt: now
            )
            let label = RecordBook.Label(
                name: request.clientRequestID,
                requestClass: request.requestClass,
                tenant: request.tenant,
                trace: request.trace
            )
            request.trace?.begin()
            state.records.begin(id, label)
            step(.submitted(submission), &state, now: now)
        }
        return stream
    }

    /// Hashes the prompt; outside the lock, as it takes time in proportion to the prompt.
    private func submission(for request: GenerationRequest, _ quality: KVQuality) -> Submission? {
        let settings = settings
        guard let layout = state.withLock({ $0.layout }) else { return nil }
        let key = BlockHashKey.derive(
            clusterSecret: settings.clusterSecret,
            tenantSalt: settings.sharesPrefixes ? "" : "tenant:\(request.tenant)",
            modelDigest: settings.modelDigest,
            layout: layout
        )
        let hasher = BlockHasher(key: key, blockTokens: layout.blockTokens)
        var random = SystemRandomNumberGenerator()
        var terms = request.terms
        terms.tenant = TenantTag(name: request.tenant)
        terms.weight = settings.tenantWeights[request.tenant] ?? 1
        return Submission(
            request: request.id,
            promptTokens: request.tokens,
            sampling: request.sampling,
            hashKey: key,
            blockHashes: hasher.hashes(of: request.tokens),
            secret: Bytes128(high: random.next(), low: random.next()),
            quality: quality,
            terms: terms
        )
    }

    // MARK: Events

    func handle(_ event: RouterEvent) {
        let now = MonotonicClock.now
        change { step(event, &$0, now: now) }
    }

    /// Changes the state under its lock, then logs what has ended by it.
    func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        let (result, ended) = state.withLock { state in
            let result = body(&state)
            defer { if !state.ended.isEmpty { state.ended = [] } }
            return (result, state.ended)
        }
        for request in ended { log(request) }
        return result
    }

    /// Gives one event to the core and does what it asks; called under the state's lock.
    func step(_ event: RouterEvent, _ state: inout State, now: Timestamp) {
        guard let actions = state.core?.handle(event, now: now) else { return }
        perform(actions, &state, now: now)
    }

    private func tick() {
        let now = MonotonicClock.now
        change { state in
            if let deadline = state.core?.nextDeadline, deadline <= now { step(.ticked, &state, now: now) }
            if let actions = state.core?.steer(now: now) { perform(actions, &state, now: now) }
        }
        hub.schedule(after: settings.tickInterval) { [weak self] in self?.tick() }
    }

    /// Carries out what the core decided, in its order.
    func perform(_ actions: [RouterAction], _ state: inout State, now: Timestamp) {
        for action in actions {
            switch action {
            case .assign(let worker, let assignment):
                metrics.count(assignment)
                send(.assign(assignment), to: worker, state)
            case .cancel(let worker, let attempt):
                let reason = ServingError(.cancelled, "the router needs this attempt no longer")
                send(.cancel(attempt, reason: reason), to: worker, state)
            case .setRole(let worker, let role): order(role, of: worker, state)
            case .preempt(let worker, let attempt): send(.preempt(attempt), to: worker, state)
            case .requestLoad(let worker): send(.loadResync, to: worker, state)
            case .emit(let request, let tokens, let firstIndex):
                emit(tokens, firstIndex, request, &state, now: now)
            case .finish(let request, let reason):
                state.choices.removeValue(forKey: request)?.source.finish(reason)
            case .fail(let request, let error, let retryAfter):
                state.choices.removeValue(forKey: request)?.source.fail(error, retryAfter: retryAfter)
            case .record(let record): keep(record, &state)
            }
        }
    }

    func send(_ message: Message, to worker: WorkerRef, _ state: borrowing State) {
        guard let link = state.links[worker] else { return }  // Its loss is on its way to the core.
        hub.send(message, on: link)
    }

    private func emit(
        _ tokens: [SampledToken],
        _ firstIndex: Int,
        _ request: RequestID,
        _ state: inout State,
        now: Timestamp
    ) {
        guard let index = state.choices.index(forKey: request) else { return }
        let choice = state.choices.values[index]
        countTokens(tokens.count, since: choice.emittedAt, submittedAt: choice.submittedAt, now: now)
        if choice.emittedAt == nil, let hit = state.core?.request(request)?.plan?.hitTokens {
            choice.source.report(cachedTokens: hit)
        }
        state.choices.values[index].emittedAt = now
        choice.source.yield(tokens)
    }

    private func keep(_ record: RequestRecord, _ state: inout State) {
        state.choices[record.request] = nil
        state.records.add(record)
        metrics.count(record)
        let ended = EndedRequest(
            record: record,
            label: state.records.label(of: record.request),
            trace: state.records.takeTrace(of: record.request)
        )
        state.ended.append(ended)
    }

    private func log(_ ended: EndedRequest) {
        ended.trace?.add(ended.record)
        archive?.add { [unixOrigin] in
            DecisionDocument(ended.record, ended.label, unixOrigin: unixOrigin)
        }
        guard logger.logLevel <= .info else { return }
        var fields = ended.record.logFields
        fields["client_request"] = "\(ended.label?.name ?? "")"
        fields["request_class"] = "\(ended.label?.requestClass ?? "")"
        if let trace = ended.trace { fields["trace_id"] = "\(trace.traceID)" }
        logger.info("request.ended", metadata: fields)
    }
}
