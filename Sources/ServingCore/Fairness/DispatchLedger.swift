import ServingTypes

/// Prefill work that each worker was sent and has not finished, in predicted time.
///
/// Which of its prompts a worker runs is its own affair; all that is assumed is that it runs one at a time
/// and has been at the current one since the last one ended.
struct DispatchLedger: Sendable {
    private struct Work: Sendable {
        var prompts: [(request: RequestID, time: Duration)] = []
        var total = Duration.zero
        var longest = Duration.zero
        /// Since when it runs the prompt that it runs now, at the earliest.
        var since: Timestamp
    }

    private var workers: [WorkerRef: Work] = [:]

    mutating func add(_ request: RequestID, to worker: WorkerRef, time: Duration, now: Timestamp) {
        var work = workers[worker] ?? Work(since: now)
        work.prompts.append((request, time))
        work.total += time
        work.longest = max(work.longest, time)
        workers[worker] = work
    }

    /// Notes that a worker has computed, or dropped, a prompt; does nothing when it has none of it.
    mutating func remove(_ request: RequestID, from worker: WorkerRef, now: Timestamp) {
        guard var work = workers[worker],
            let index = work.prompts.firstIndex(where: { $0.request == request })
        else { return }
        let time = work.prompts.remove(at: index).time
        guard !work.prompts.isEmpty else {
            workers[worker] = nil
            return
        }
        work.total -= time
        if time == work.longest { work.longest = work.prompts.reduce(.zero) { max($0, $1.time) } }
        work.since = now
        workers[worker] = work
    }

    /// When a worker is predicted to have finished all that it was sent.
    func remaining(of worker: WorkerRef, now: Timestamp) -> Duration {
        guard let work = workers[worker] else { return .zero }
        // What the running prompt has behind it is not known to be more than the longest one's time.
        return work.total - min(max(.zero, now - work.since), work.longest)
    }

    /// What it was sent beside its longest prompt.
    func besideLongest(of worker: WorkerRef) -> Duration {
        workers[worker].map { $0.total - $0.longest } ?? .zero
    }
}
