internal import DaemonKit
internal import ServingCore
internal import ServingTypes
internal import Transport
internal import Wire

/// What operators ask over the admin link.
extension RouterNode {
    /// Halfway to being given up, a worker is shown as what it may turn out to be.
    func health(of worker: WorkerRef, _ state: borrowing State) -> ClusterDocument.WorkerState {
        guard let link = state.links[worker], let silence = hub.silence(of: link) else { return .dead }
        if silence > settings.suspicionLimit { return .suspect }
        let standstill = state.pulses[worker]?.standstill(now: MonotonicClock.now) ?? .zero
        return standstill > settings.sickAfter / 2 ? .sick : .live
    }

    /// Passes a drain order on; the worker's answer goes back to the operator.
    ///
    /// A worker's own certificate is enough to drain that worker: what stops its process need hold no other.
    func drain(_ request: DrainRequest, on link: ConnectionID, by peer: LinkPeer) {
        guard
            peer.certificate.roles.contains(.admin) || (request.worker == peer.worker.id && !request.isResume)
        else {
            let message = "\(peer.hello.name) may drain itself only: use an admin certificate"
            refuse(request, ServingError(.unauthorized, message), on: link)
            return
        }
        let wasKeptOut = request.isResume && readmit(request.worker)
        let worker = state.withLock { state -> ConnectionID? in
            guard let ref = state.links.keys.first(where: { $0.id == request.worker }) else { return nil }
            state.drains.add(DrainWaiters.Waiter(link: link, isResume: request.isResume), for: request.worker)
            return state.links[ref]
        }
        guard let worker else {
            // A name that may come back need not be there now.
            refuse(request, wasKeptOut ? nil : unknownWorker(request.worker), on: link)
            return
        }
        hub.send(request.isResume ? .undrain : .drain, on: worker)
    }

    /// Answers for a worker that does not.
    func refuse(_ request: DrainRequest, _ error: ServingError?, on link: ConnectionID) {
        let reply = DrainReply(
            worker: request.worker,
            isDraining: false,
            owed: DrainStatus(requests: 0, leases: 0),
            failure: error
        )
        hub.send(.drainReply(reply), on: link)
    }

    /// A worker says what it owes; what is on its way to it belongs to that, although the worker does not know it yet.
    func drained(_ worker: WorkerRef, _ status: DrainStatus) {
        let (waiters, requests) = state.withLock { state in
            (state.drains.take(worker.id), state.core?.liveRequests(at: worker) ?? 0)
        }
        let status = DrainStatus(requests: max(status.requests, requests), leases: status.leases)
        for waiter in waiters {
            let reply = DrainReply(worker: worker.id, isDraining: !waiter.isResume, owed: status)
            hub.send(.drainReply(reply), on: waiter.link)
        }
    }
}

extension PathReport {
    /// The paths that an operator needs to see when not all fit: the degraded, then the busy, then the rest by name.
    static func shown(_ paths: [PathReport], limit: Int) -> [PathReport] {
        guard paths.count > limit else { return paths }
        let sorted = paths.sorted { left, right in
            if left.isDegraded != right.isDegraded { return left.isDegraded }
            let isBusy = (left.inFlightBytes > 0, right.inFlightBytes > 0)
            return isBusy.0 == isBusy.1 ? left.peer < right.peer : isBusy.0
        }
        return Array(sorted.prefix(limit))
    }
}
