internal import DaemonKit
internal import Logging
internal import ServingCore
internal import ServingTypes
internal import Transport
internal import Wire

/// Roles of workers: ordered by operators and by the core, and how the pools stand.
extension RouterNode {
    /// Rows of each list that are shown.
    private static let maxShownRows = 64

    func pools() -> PoolsReport {
        var report = state.withLock { $0.core?.pools } ?? PoolsReport()
        report.pools = Array(report.pools.prefix(Self.maxShownRows))
        report.prefillClasses = Array(report.prefillClasses.prefix(Self.maxShownRows))
        report.sites = Array(report.sites.prefix(Self.maxShownRows))
        report.thresholds = Array(report.thresholds.prefix(Self.maxShownRows))
        return report
    }

    /// Passes an operator's order on; the worker's answer goes back to the operator.
    func order(_ request: RoleRequest, on link: ConnectionID) {
        let current = state.withLock { state -> WorkerRole? in
            guard let ref = state.links.keys.first(where: { $0.id == request.worker }) else { return nil }
            state.roleWaiters[request.worker, default: []].append(link)
            send(.setRole(request.role), to: ref, state)
            return state.core?.workers.first { $0.registration.address.worker == ref }?.registration.role
        }
        guard current == nil else { return }
        refuse(request.worker, unknownWorker(request.worker), on: link)
    }

    /// Answers an order to change a role for a worker that does not.
    func refuse(_ worker: WorkerID, _ error: ServingError, on link: ConnectionID) {
        let answer = RoleAnswer(wanted: .decode, current: .decode, requests: 0, leases: 0, failure: error)
        hub.send(.roleReply(RoleReply(worker: worker, answer: answer)), on: link)
    }

    /// Sends an order of the core; called under the state's lock.
    func order(_ role: WorkerRole, of worker: WorkerRef, _ state: borrowing State) {
        logger.notice("pool.role_ordered", metadata: ["worker": "\(worker)", "role": "\(role.name)"])
        send(.setRole(role), to: worker, state)
    }

    func answered(_ answer: RoleAnswer, by worker: WorkerRef) {
        if let failure = answer.failure {
            let fields: Logger.Metadata = [
                "worker": "\(worker)", "role": "\(answer.wanted.name)", "error": "\(failure)",
            ]
            logger.warning("pool.role_refused", metadata: fields)
        }
        handle(.roleAnswered(answer, from: worker))
        let waiters = state.withLock { $0.roleWaiters.removeValue(forKey: worker.id) ?? [] }
        for link in waiters { hub.send(.roleReply(RoleReply(worker: worker.id, answer: answer)), on: link) }
    }

    /// Forgets an operator's tool, or a worker whose answer cannot come any more.
    func removeRoleWaiter(_ link: ConnectionID, _ state: inout State) {
        for worker in state.roleWaiters.keys.sorted() {
            state.roleWaiters[worker]?.removeAll { $0 == link }
            if state.roleWaiters[worker]?.isEmpty == true { state.roleWaiters[worker] = nil }
        }
    }
}

extension LinkPeer {
    /// Worker roles that the certificate allows.
    var permittedRoles: Set<WorkerRole> {
        Set(WorkerRole.allCases.filter { certificate.roles.contains($0 == .prefill ? .prefill : .decode) })
    }
}
