import ServingTypes

/// Who is refused at once, and what a client is told to wait.
extension RouterCore {
    private static let longestRetryAfter = Duration.seconds(60)

    /// A submission with what the router guesses of it.
    func completed(_ submission: Submission) -> Submission {
        var submission = submission
        if submission.terms.expectedOutput == nil {
            submission.terms.expectedOutput = fairness.lengths.expect(
                submission.terms.tenant,
                promptTokens: submission.promptTokens.count,
                maxTokens: submission.sampling.maxTokens
            )
        }
        return submission
    }

    /// Refuses a request whose tenant has all that it may have; says whether it did.
    mutating func refuseBeyondLimits(_ entry: RequestEntry, now: Timestamp) -> Bool {
        let (request, tenant) = (entry.submission.request, entry.submission.terms.tenant)
        let refusal = fairness.tenants.refusal(tenant, now: now)
        fairness.tenants.begin(tenant, promptTokens: entry.submission.promptTokens.count, now: now)
        guard let refusal else { return false }
        requests[request]?.retryAfter = refusal.wait
        refuse(request, refusal.reason, .noCapacity, "\(refusal.message): retry later", now: now)
        return true
    }

    /// Refuses who has to go when too many wait, and who came with a limit that cannot be met.
    mutating func refuseBeyondQueue(_ request: RequestID, now: Timestamp) {
        if let entry = requests[request], entry.machine.isWaiting,
            let limit = fairness.tenants.exceededWaiting(entry.submission.terms.tenant)
        {
            let message = "\(limit) requests of this tenant wait for a worker already: retry later"
            refuse(request, .tenantWaiting, .noCapacity, message, now: now)
        }
        if waiting.count > settings.maxWaiting, let victim = victim(request) {
            let message =
                "\(settings.maxWaiting) requests wait for a worker already: retry later, or add workers"
            refuse(victim, .queueFull, .noCapacity, message, now: now)
        }
        guard settings.fairness.rejectsOverTTFT, let entry = requests[request], entry.machine.isWaiting,
            let limit = entry.submission.terms.ttftLimit, let wait = queueWait(of: entry), wait > limit
        else { return }
        let message =
            "the queue is predicted to take \(Int(wait.milliseconds)) ms, the TTFT limit is "
            + "\(Int(limit.milliseconds)) ms: retry later, or allow more"
        refuse(request, .ttft, .noCapacity, message, now: now)
    }

    /// Whose request goes: of the longest queue, or the newcomer where there are no turns.
    private func victim(_ newcomer: RequestID) -> RequestID? {
        if let victim = waiting.fair.victim { return victim }
        return requests[newcomer]?.machine.isWaiting == true ? newcomer : nil
    }

    /// Refuses a request whose best plan is too slow for the limit that it came with; says whether it did.
    mutating func refuseSlow(_ entry: RequestEntry, _ best: ScoredPlan, now: Timestamp) -> Bool {
        guard settings.fairness.rejectsOverTTFT, entry.attemptCount == 0,
            let limit = entry.submission.terms.ttftLimit,
            now - entry.machine.submittedAt + best.predictedTTFT > limit
        else { return false }
        let message =
            "the first token is predicted \(Int(best.predictedTTFT.milliseconds)) ms from now, "
            + "\(Int((now - entry.machine.submittedAt).milliseconds)) ms after the request; "
            + "the TTFT limit is \(Int(limit.milliseconds)) ms: retry later, or allow more"
        refuse(entry.submission.request, .ttft, .noCapacity, message, now: now)
        return true
    }

    /// Ends a waiting request with an error.
    mutating func refuse(
        _ request: RequestID,
        _ reason: RefusalReason,
        _ code: ServingErrorCode,
        _ message: String,
        now: Timestamp
    ) {
        fairness.refused[reason, default: 0] += 1
        step(request, .rejected(ServingError(code, message)), now: now)
    }

    /// What a client is told to wait: until what is before its request is predicted to be served.
    func retryAfter(of request: RequestID) -> Duration {
        guard let entry = requests[request] else { return settings.retryAfter }
        let wait = entry.retryAfter ?? queueWait(of: entry) ?? settings.retryAfter
        return max(settings.retryAfter, min(wait, max(settings.retryAfter, Self.longestRetryAfter)))
    }

    /// How long what is before a request would take to be served; `nil` when nothing is known of that.
    ///
    /// - Parameter isNext: whether its tenant is the next one.
    func queueWait(of entry: RequestEntry, isNext: Bool = false) -> Duration? {
        let cost = waiting.fair.costBefore(entry.submission.terms, isNext: isNext)
        guard cost > 0 else { return nil }
        if let rate = fairness.drain.rate { return .fromSeconds(Double(cost) / rate) }
        // Nothing was seen to drain yet: what the workers could compute.
        guard let fastest = fairness.fastest, fastest.b > 0 else { return nil }
        let workers = table.entries.count { entry in
            guard let entry else { return false }
            return entry.registration.role == .prefill || settings.placement.allowsLocalPrefill
        }
        return .fromSeconds(Double(cost) * fastest.b / Double(max(1, workers)))
    }

    /// Counts that a request is over for its client.
    mutating func endService(_ request: RequestID, now: Timestamp) {
        guard let entry = requests[request] else { return }
        fairness.tenants.end(
            entry.submission.terms.tenant,
            outputTokens: entry.machine.output.count,
            refundedTokens: entry.attemptCount == 0 ? entry.submission.promptTokens.count : 0,
            now: now
        )
    }
}
