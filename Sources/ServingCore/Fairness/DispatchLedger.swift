import ServingTypes

/// Prefill work that each worker was sent and has not finished, in predicted time.
///
/// Which of its prompts a worker runs is its own affair; all that is assumed is that it runs one at a time
/// and has been at the current one since the last one ended.
struct DispatchLedger: Sendable {
    private struct Prompt: Sendable {
        let request: RequestID
        let time: Duration
        let isBeyondShare: Bool
    }

    /// The prompts of a worker that matter to somebody.
    private struct Sum: Sendable {
        var total = Duration.zero
        var longest = Duration.zero
        /// Since when it runs the one of them that it runs now, at the earliest.
        var since = Timestamp.zero

        mutating func add(_ time: Duration, now: Timestamp) {
            if total == .zero { since = now }
            total += time
            longest = max(longest, time)
        }
    }

    private struct Work: Sendable {
        var prompts: [Prompt] = []
        var all = Sum()
        /// Without those that others' prompts pass.
        var withinShare = Sum()

        mutating func add(_ prompt: Prompt, now: Timestamp) {
            prompts.append(prompt)
            count(prompt, now: now)
        }

        mutating func remove(at index: Int, now: Timestamp) -> Prompt {
            let removed = prompts.remove(at: index)
            (all, withinShare) = (Sum(), Sum())
            for prompt in prompts { count(prompt, now: now) }
            return removed
        }

        private mutating func count(_ prompt: Prompt, now: Timestamp) {
            all.add(prompt.time, now: now)
            if !prompt.isBeyondShare { withinShare.add(prompt.time, now: now) }
        }

        func sum(passing: Bool) -> Sum { passing ? withinShare : all }
    }

    private var workers: [WorkerRef: Work] = [:]
    /// Prompts beyond their tenants' shares, at all workers.
    private var beyondShare = 0

    /// - Parameter isBeyondShare: whether prompts of other tenants are computed before it.
    mutating func add(
        _ request: RequestID,
        to worker: WorkerRef,
        time: Duration,
        isBeyondShare: Bool,
        now: Timestamp
    ) {
        let prompt = Prompt(request: request, time: time, isBeyondShare: isBeyondShare)
        workers[worker, default: Work()].add(prompt, now: now)
        if isBeyondShare { beyondShare += 1 }
    }

    /// Notes that a worker has computed, or dropped, a prompt; does nothing when it has none of it.
    mutating func remove(_ request: RequestID, from worker: WorkerRef, now: Timestamp) {
        guard let index = workers[worker]?.prompts.firstIndex(where: { $0.request == request }) else {
            return
        }
        if workers[worker]?.remove(at: index, now: now).isBeyondShare == true { beyondShare -= 1 }
        if workers[worker]?.prompts.isEmpty == true { workers[worker] = nil }
    }

    /// When a worker is predicted to have finished all that it was sent, or what is not passed.
    ///
    /// - Parameter passing: whether who asks passes what is beyond its tenants' shares.
    func remaining(of worker: WorkerRef, passing: Bool = false, now: Timestamp) -> Duration {
        guard let sum = workers[worker]?.sum(passing: passing) else { return .zero }
        // What the running prompt has behind it is not known to be more than the longest one's time.
        return sum.total - min(max(.zero, now - sum.since), sum.longest)
    }

    /// Seconds of work of each worker that is beyond its tenants' shares; O(workers) if there is any.
    var beyondShareSeconds: [WorkerID: Double] {
        guard beyondShare > 0 else { return [:] }
        var seconds: [WorkerID: Double] = [:]
        for (worker, work) in workers where work.all.total > work.withinShare.total {
            seconds[worker.id] = (work.all.total - work.withinShare.total).inSeconds
        }
        return seconds
    }

    /// What it was sent beside its longest prompt, or of that what is not passed.
    func besideLongest(of worker: WorkerRef, passing: Bool = false) -> Duration {
        guard let sum = workers[worker]?.sum(passing: passing) else { return .zero }
        return sum.total - sum.longest
    }
}
