internal import DaemonKit
internal import Logging
internal import ServingCore
internal import ServingTypes
internal import Transport
internal import Wire

/// Orders of operators about workers, beside drains and roles.
extension RouterNode {
    func carryOut(_ order: WorkerOrder, on link: ConnectionID) {
        let reply: WorkerOrderReply?
        do throws(ServingError) {
            reply =
                switch order.kind {
                case .cordon: try cordon(order.worker)
                case .remove: try remove(order.worker, isForced: order.isForced)
                case .flushCache: try flush(order.worker, for: link)
                }
        } catch {
            reply = WorkerOrderReply(worker: order.worker, failure: error)
        }
        if let reply { hub.send(.workerOrderReply(reply), on: link) }
    }

    // MARK: Cordon

    /// Places nothing new on a worker until it is resumed, whatever becomes of its connection meanwhile.
    private func cordon(_ worker: WorkerID) throws(ServingError) -> WorkerOrderReply {
        let isKnown = state.withLock { state in
            state.lost.contains(worker) || state.links.keys.contains { $0.id == worker }
        }
        guard isKnown else { throw unknownWorker(worker) }
        handle(.cordoned(worker, true))
        logger.notice("worker.cordoned", metadata: ["worker": "\(worker)"])
        let requests = state.withLock { state in liveRequests(at: worker, state) }
        return WorkerOrderReply(worker: worker, requests: requests)
    }

    /// Takes cordon and remove back; says whether either was in force.
    func readmit(_ worker: WorkerID) -> Bool {
        let now = MonotonicClock.now
        return change { state in
            let wasRemoved = state.removed.remove(worker) != nil
            let wasCordoned = state.core?.cordoned.contains(worker) ?? false
            step(.cordoned(worker, false), &state, now: now)
            return wasRemoved || wasCordoned
        }
    }

    /// Requests of which a worker has a part, or will be given one by what is on its way to it.
    func liveRequests(at worker: WorkerID, _ state: borrowing State) -> Int {
        guard let ref = state.links.keys.first(where: { $0.id == worker }) else { return 0 }
        return state.core?.liveRequests(at: ref) ?? 0
    }

    // MARK: Remove

    /// Forgets a worker and refuses its name until it is resumed; what it has is placed anew.
    private func remove(_ worker: WorkerID, isForced: Bool) throws(ServingError) -> WorkerOrderReply {
        let now = MonotonicClock.now
        let (link, requests, refusal) = change { state -> (ConnectionID?, Int, ServingError?) in
            guard let ref = state.links.keys.first(where: { $0.id == worker }) else {
                guard state.lost.remove(worker) else { return (nil, 0, nil) }
                state.removed.insert(worker)
                return (nil, 0, nil)
            }
            let requests = state.core?.liveRequests(at: ref) ?? 0
            let load = state.core?.workers.first { $0.registration.address.worker == ref }?.load
            if !isForced, let owed = Self.owed(requests, load) {
                let advice =
                    "end that with `batonctl workers drain \(worker) --wait`, or use --force to place its "
                    + "requests anew"
                return (nil, requests, ServingError(.badRequest, "\(worker) has \(owed): \(advice)"))
            }
            let link = state.links.removeValue(forKey: ref)
            if let link { state.workers[link] = nil }
            state.pulses[ref] = nil
            state.removed.insert(worker)
            step(.lost(ref), &state, now: now)
            return (link, requests, nil)
        }
        if let refusal { throw refusal }
        guard state.withLock({ $0.removed.contains(worker) }) else { throw unknownWorker(worker) }
        logger.notice("worker.removed", metadata: ["worker": "\(worker)", "requests": "\(requests)"])
        if let link { hub.close(link, reason: Self.removal(of: worker)) }
        failWaiters(for: worker, Self.removal(of: worker))
        return WorkerOrderReply(worker: worker, requests: requests)
    }

    /// Why a removed worker is not taken in.
    static func removal(of worker: WorkerID) -> ServingError {
        ServingError(
            .unauthorized,
            "\(worker) was removed by an operator: `batonctl workers resume \(worker)` lets it back"
        )
    }

    /// What a worker owes, in words; `nil` for nothing.
    ///
    /// Requests of other routers, and prefixes that others fetch, are known by its report only.
    private static func owed(_ requests: Int, _ load: LoadReport?) -> String? {
        let sequences = max(requests, load.map { $0.waiting + $0.running } ?? 0)
        let leased = load.map { $0.blocks.leased + $0.blocks.reserved } ?? 0
        guard sequences > 0 || leased > 0 else { return nil }
        let words = [
            sequences > 0 ? "\(sequences) request\(sequences == 1 ? "" : "s")" : nil,
            leased > 0 ? "\(leased) KV block\(leased == 1 ? "" : "s") reserved or leased" : nil,
        ]
        return words.compactMap(\.self).joined(separator: " and ")
    }

    // MARK: Flush

    /// Passes the order on; the worker's answer goes back to the operator.
    private func flush(_ worker: WorkerID, for link: ConnectionID) throws(ServingError) -> WorkerOrderReply? {
        let isKnown = state.withLock { state in
            guard let ref = state.links.keys.first(where: { $0.id == worker }) else { return false }
            state.flushWaiters[worker, default: []].append(link)
            send(.flushCache, to: ref, state)
            return true
        }
        guard isKnown else { throw unknownWorker(worker) }
        return nil
    }

    func flushed(_ flush: CacheFlush, by worker: WorkerRef) {
        let reply = WorkerOrderReply(worker: worker.id, flushed: flush)
        for link in state.withLock({ $0.flushWaiters.removeValue(forKey: worker.id) ?? [] }) {
            hub.send(.workerOrderReply(reply), on: link)
        }
    }

    // MARK: Answers that cannot come

    /// Tells tools that wait for a worker's word that its connection is gone.
    func failWaiters(for worker: WorkerID, _ reason: ServingError) {
        let (drains, roles, flushes) = state.withLock { state in
            (
                state.drains.take(worker), state.roleWaiters.removeValue(forKey: worker) ?? [],
                state.flushWaiters.removeValue(forKey: worker) ?? []
            )
        }
        let message = "the connection to \(worker) closed before it answered: \(reason.message)"
        let error = ServingError(.cancelled, message)
        for waiter in drains {
            refuse(DrainRequest(worker: worker, isResume: waiter.isResume), error, on: waiter.link)
        }
        for link in roles { refuse(worker, error, on: link) }
        for link in flushes {
            hub.send(.workerOrderReply(WorkerOrderReply(worker: worker, failure: error)), on: link)
        }
    }

    /// Forgets a tool that waits for a flush and is gone.
    func removeFlushWaiter(_ link: ConnectionID, _ state: inout State) {
        for worker in state.flushWaiters.keys.sorted() {
            state.flushWaiters[worker]?.removeAll { $0 == link }
            if state.flushWaiters[worker]?.isEmpty == true { state.flushWaiters[worker] = nil }
        }
    }

    // MARK: Names

    /// Why an order about a worker cannot be carried out: it is not connected; and what to do.
    func unknownWorker(_ worker: WorkerID) -> ServingError {
        let now = MonotonicClock.now
        let (known, lost, isRemoved) = state.withLock { state in
            (state.links.keys.map(\.id.rawValue).sorted(), state.lost[worker], state.removed.contains(worker))
        }
        if isRemoved { return ServingError(.badRequest, Self.removal(of: worker).message) }
        if let lost {
            let seconds = Int((now - lost.lostAt).inSeconds)
            return ServingError(
                .badRequest,
                "no worker \(worker) is connected: it was lost \(seconds) s ago (\(lost.reason)); start it, or forget "
                    + "it with `batonctl workers remove \(worker)`"
            )
        }
        let near = SimilarNames.like(worker.rawValue, among: known).joined(separator: " or ")
        let hint = near.isEmpty ? "" : ", did you mean \(near)?"
        return ServingError(
            .badRequest,
            "no worker \(worker) is connected\(hint.isEmpty ? ";" : hint) see `batonctl workers list`"
        )
    }
}
