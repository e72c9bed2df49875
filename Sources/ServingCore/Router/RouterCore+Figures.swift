import ServingTypes

/// What monitoring asks for: cheap to take, so that nothing waits for it.
extension RouterCore {
    /// Calls `body` for every registered worker, in no particular order; O(workers), without copies.
    public func forEachWorker(_ body: (WorkerRegistration, LoadReport?) -> Void) {
        for index in table.entries.indices {
            if let entry = table.entries[index] { body(entry.registration, entry.load) }
        }
    }

    /// What is known of the ways between workers; O(1): to be asked for summaries at leisure.
    public var linkTable: LinkTable { table.links }

    /// Who waits, who was served and who was refused; O(tenants + requests waiting in order of arrival).
    public var fairnessFigures: FairnessFigures {
        var figures = FairnessFigures()
        for priority in RequestPriority.allCases {
            figures.waiting[priority] = waiting.fair.count(of: priority)
        }
        for request in waiting.untimed {
            guard let priority = requests[request]?.submission.terms.priority else { continue }
            figures.waiting[priority, default: 0] += 1
        }
        figures.refused = fairness.refused
        for tenant in settings.fairness.tenants.keys {
            figures.tenants[tenant] = FairnessFigures.Tenant()
            for priority in RequestPriority.allCases {
                figures.tenants[tenant]?.deficits[priority] = waiting.fair.deficit(of: tenant, priority)
            }
        }
        fairness.tenants.forEachEntry { tenant, entry in
            let shown = settings.fairness.tenants[tenant] == nil ? TenantTag.none : tenant
            figures.tenants[shown, default: FairnessFigures.Tenant()].waiting += entry.waiting
            figures.tenants[shown, default: FairnessFigures.Tenant()].inFlight += entry.inFlight
        }
        for (tenant, served) in fairness.tenants.served {
            figures.tenants[tenant, default: FairnessFigures.Tenant()].served = served
        }
        return figures
    }

    /// Where the oldest requests stand that clients wait for and that are asked for, and how many of these there are.
    ///
    /// - Complexity: O(requests · log requests).
    public func oldest(
        _ limit: Int,
        where isWanted: (RequestID) -> Bool
    ) -> (requests: [RequestProgress], total: Int) {
        let wanted = requests.values.filter { !$0.machine.isOver && isWanted($0.submission.request) }
        let oldest = wanted.sorted { $0.arrival < $1.arrival }.prefix(limit).map { entry in
            RequestProgress(
                request: entry.submission.request,
                status: entry.status,
                attempts: entry.machine.attempts
            )
        }
        return (oldest, wanted.count)
    }

    /// Requests of which a worker may still have a part in hand, or will be given one by what is on its way.
    ///
    /// - Complexity: O(requests).
    public func liveRequests(at worker: WorkerRef) -> Int {
        requests.values.count { entry in
            guard let attempt = entry.machine.attempt, let role = attempt.role(of: worker) else {
                return false
            }
            return attempt.part(role).isLive
        }
    }
}
