import ServingTypes

@testable import ServingCore

/// A router with prefill workers at a cost model.
///
/// They run one prompt at a time, the most urgent that came first, and keep the prefixes that they used last. Answers
/// have one token, unless told otherwise.
struct FairWorld {
    /// One request that comes.
    struct Job {
        var tenant: UInt64
        var at = Duration.zero
        var tokens = 1_000
        /// Prompts of one group begin with the same tokens; `nil` shares nothing.
        var group: Int?
        var prefixTokens = 0
        var priority = RequestPriority.interactive
        var weight = 1
        var ttftLimit: Duration?
        /// Whether its answer ends with the first token, or goes on for as long as the world runs.
        var ends = true
    }

    /// What became of a job.
    struct Fate {
        var ttft: Duration?
        var failure: ServingErrorCode?
        var retryAfter: Duration?
        var worker: String?
    }

    struct Worker {
        let ref: WorkerRef
        /// How much longer than others it takes for a prompt.
        var slowdown = 1.0
        var queue: [Assignment] = []
        var running: (assignment: Assignment, hitTokens: Int, until: Timestamp)?
        /// Groups whose prefix is cached, the one used last at the end.
        var cached: [Int] = []
        var reports: UInt64 = 1
    }

    static let blockTokens = 16
    static let tokensPerSecond = 20_000.0
    let cachedGroups: Int
    var core: RouterCore
    var now = Timestamp.zero
    var workers: [Worker] = []
    var jobs: [Job] = []
    var fates: [Fate] = []
    var hitTokens = 0
    /// Whether a prefill worker had nothing to do at some moment while interactive requests waited.
    var idledInVain = false

    init(
        prefills: Int = 2,
        cachedGroups: Int = 6,
        decodeBlocks: Int = 10_000,
        _ change: (inout RouterCoreSettings) -> Void = { _ in }
    ) {
        self.cachedGroups = cachedGroups
        let layout = KVLayout(
            layerCount: 2,
            kvHeadCount: 1,
            headDim: 8,
            type: .f16,
            blockTokens: Self.blockTokens
        )
        var settings = RouterCoreSettings(layout: layout)
        settings.placement.allowsLocalPrefill = false
        settings.links.priorBytesPerSecond = 1e12
        settings.placement.maxFetchSources = 0
        settings.maxWaiting = 1 << 20
        settings.fairness.dispatchAhead = .milliseconds(100)
        settings.limits.queueTimeout = .seconds(3_600)
        change(&settings)
        core = RouterCore(settings: settings)
        for number in 1...prefills { join("p\(number)") }
        tell(.registered(Self.registration("d1", .decode, blocks: decodeBlocks)))
        for name in workers.map(\.ref) + [Self.ref("d1")] { tell(.loaded(name, LoadReport())) }
        now = now + .seconds(10)
    }

    /// A prefill worker comes.
    mutating func join(_ name: String, slowdown: Double = 1) {
        workers.append(Worker(ref: Self.ref(name), slowdown: slowdown))
        var registration = Self.registration(name, .prefill)
        registration.cost.b *= slowdown
        tell(.registered(registration))
    }

    static func ref(_ name: String) -> WorkerRef {
        WorkerRef(id: WorkerID(rawValue: name), incarnation: Incarnation(rawValue: 1))
    }

    static func registration(
        _ name: String,
        _ role: WorkerRole,
        blocks: Int = 10_000,
        tokensPerSecond: Double = Self.tokensPerSecond
    ) -> WorkerRegistration {
        var cost = CostCoefficients()
        (cost.a, cost.b, cost.e) = (1e-3, 1 / tokensPerSecond, 1e-3)
        return WorkerRegistration(
            address: WorkerAddress(worker: ref(name), host: "host", port: 1),
            role: role,
            modelName: "model",
            contextTokens: blocks * blockTokens,
            blockCount: blocks,
            cost: cost,
            maxRunning: 1 << 20,
            site: "here",
            codecs: []
        )
    }

    static func prefix(_ group: Int, tokens: Int) -> [BlockHash] {
        (0..<tokens / blockTokens).map { block in
            BlockHash(rawValue: Bytes128(high: UInt64(group + 1), low: UInt64(block)))
        }
    }

    // MARK: Running

    /// Submits a job now; its index is its request's number.
    @discardableResult
    mutating func submit(_ job: Job) -> Int {
        jobs.append(job)
        fates.append(Fate())
        var sampling = SamplingParameters()
        sampling.maxTokens = job.ends ? 1 : 2
        var terms = ServiceTerms()
        terms.tenant = TenantTag(rawValue: job.tenant)
        (terms.priority, terms.weight, terms.ttftLimit) = (job.priority, job.weight, job.ttftLimit)
        let number = UInt64(jobs.count - 1)
        tell(
            .submitted(
                Submission(
                    request: RequestID(rawValue: Bytes128(high: 1, low: number)),
                    promptTokens: [TokenID](repeating: 1, count: job.tokens),
                    sampling: sampling,
                    hashKey: BlockHashKey(rawValue: Bytes128(high: 1, low: 1)),
                    blockHashes: job.group.map { Self.prefix($0, tokens: job.prefixTokens) } ?? [],
                    secret: Bytes128(high: 7, low: number),
                    terms: terms
                )
            )
        )
        return jobs.count - 1
    }

    /// Submits jobs as they come, which must be in order, and runs until nothing is left.
    mutating func run(_ jobs: [Job]) {
        let start = now
        for job in jobs {
            advance(to: start + job.at)
            submit(job)
        }
        advance(to: now + .seconds(100_000))
    }

    /// Lets time pass.
    mutating func advance(to end: Timestamp) {
        while true {
            let done = workers.compactMap(\.running?.until).min()
            let next = [done, core.nextDeadline].compactMap(\.self).min()
            guard let next, next <= end else { break }
            now = max(now, next)
            if let index = workers.firstIndex(where: { $0.running.map { $0.until <= now } ?? false }) {
                finish(index)
            } else {
                tell(.ticked)
            }
            if core.requestCount == 0 { break }
        }
        now = max(now, end)
    }

    private mutating func finish(_ index: Int) {
        guard let (assignment, hitTokens, _) = workers[index].running else { return }
        workers[index].running = nil
        self.hitTokens += hitTokens
        let added = remember(assignment, at: index)
        startNext(index)  // The worker goes on before the router hears of it.
        let ref = workers[index].ref
        let batch = TokenBatch(
            attempt: assignment.attempt,
            firstIndex: 0,
            tokens: [SampledToken(id: 5)],
            finish: job(of: assignment).ends ? .length : nil
        )
        tell(.tokens(batch, from: ref))
        var report = StageReport()
        report.hitTokens = hitTokens
        tell(.ended(WorkEnded(attempt: assignment.attempt, report: report), from: ref))
        var load = LoadReport(
            sequence: workers[index].reports,
            isFull: false,
            addedBlocks: added.added,
            removedBlocks: added.removed
        )
        (load.queuedTokens, load.queuedSeconds) = queue(at: index)
        workers[index].reports += 1
        tell(.loaded(ref, load))
        if core.fairnessFigures.waiting[.interactive, default: 0] > 0,
            workers.contains(where: { $0.running == nil })
        {
            idledInVain = true
        }
    }

    /// Keeps the prefix of a finished prompt, and forgets the one that was not used for longest.
    private mutating func remember(
        _ assignment: Assignment,
        at index: Int
    ) -> (added: [BlockHash], removed: [BlockHash]) {
        let job = job(of: assignment)
        guard let group = job.group else { return ([], []) }
        let isNew = !workers[index].cached.contains(group)
        workers[index].cached.removeAll { $0 == group }
        workers[index].cached.append(group)
        let added = isNew ? Self.prefix(group, tokens: job.prefixTokens) : []
        guard workers[index].cached.count > cachedGroups else { return (added, []) }
        return (added, Self.prefix(workers[index].cached.removeFirst(), tokens: job.prefixTokens))
    }

    private mutating func startNext(_ index: Int) {
        guard workers[index].running == nil, !workers[index].queue.isEmpty else { return }
        let first = workers[index].queue.indices.min { left, right in
            workers[index].queue[left].terms.urgency < workers[index].queue[right].terms.urgency
        }
        let assignment = workers[index].queue.remove(at: first ?? 0)
        let (hit, time) = service(of: assignment, at: index)
        workers[index].running = (assignment, hit, now + .fromSeconds(time))
    }

    /// What a worker would find cached of a prompt now, and how long it would take for the rest, in seconds.
    private func service(of assignment: Assignment, at index: Int) -> (hitTokens: Int, seconds: Double) {
        let job = job(of: assignment)
        let hit = job.group.map { workers[index].cached.contains($0) ? job.prefixTokens : 0 } ?? 0
        return (hit, 1e-3 + Double(job.tokens - hit) * workers[index].slowdown / Self.tokensPerSecond)
    }

    /// What a worker has to do, as it reports it.
    private func queue(at index: Int) -> (tokens: Int, seconds: Double) {
        var queue = (tokens: 0, seconds: 0.0)
        if let running = workers[index].running {
            queue.tokens += job(of: running.assignment).tokens - running.hitTokens
            queue.seconds += (running.until - now).inSeconds
        }
        for assignment in workers[index].queue {
            let (hit, seconds) = service(of: assignment, at: index)
            queue.tokens += job(of: assignment).tokens - hit
            queue.seconds += seconds
        }
        return queue
    }

    private func job(of assignment: Assignment) -> Job { jobs[Int(assignment.attempt.request.rawValue.low)] }

    mutating func tell(_ event: RouterEvent) {
        for action in core.handle(event, now: now) {
            switch action {
            case .assign(let worker, let assignment):
                if let index = workers.firstIndex(where: { $0.ref == worker }) {
                    workers[index].queue.append(assignment)
                    fates[Int(assignment.attempt.request.rawValue.low)].worker = worker.id.rawValue
                    startNext(index)
                }
                tell(.answered(AssignmentAnswer(attempt: assignment.attempt), from: worker))
            case .emit(let request, _, _):
                let index = Int(request.rawValue.low)
                fates[index].ttft = now - arrivals(of: request)
            case .fail(let request, let error, let retryAfter):
                fates[Int(request.rawValue.low)].failure = error.code
                fates[Int(request.rawValue.low)].retryAfter = retryAfter
            case .cancel, .preempt, .setRole, .finish, .requestLoad, .record: continue
            }
        }
    }

    private func arrivals(of request: RequestID) -> Timestamp { core.request(request)?.submittedAt ?? now }

    /// A quantile of the times to first token of a tenant's jobs, in milliseconds.
    func ttft(of tenant: UInt64, quantile: Double) -> Double {
        let times = zip(jobs, fates).filter { $0.0.tenant == tenant }.compactMap { $0.1.ttft?.milliseconds }
            .sorted()
        precondition(!times.isEmpty, "tenant \(tenant) has no answer")
        return times[min(times.count - 1, Int(Double(times.count) * quantile))]
    }
}
