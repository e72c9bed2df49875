internal import DaemonKit
internal import Logging
internal import ServingCore
internal import ServingTypes
internal import Transport
internal import Wire

extension RouterNode: LinkHandler {
    var progress: UInt64 { 0 }

    func linkOpened(_ link: ConnectionID, peer: LinkPeer) {
        if peer.hello.kind == .router {
            hub.close(link, reason: ServingError(.badRequest, "routers do not talk to each other"))
        }
    }

    func laneReceiver(for peer: LinkPeer) -> LaneReceiver? { nil }

    func linkReceived(_ message: Message, on link: ConnectionID, from peer: LinkPeer) {
        let worker = peer.worker
        switch message {
        case .register(let registration): register(registration, on: link, peer)
        case .load(let report): handle(.loaded(worker, report))
        case .answer(let answer): handle(.answered(answer, from: worker))
        case .tokens(let batch): handle(.tokens(batch, from: worker))
        case .ended(let ended):
            logFailure(of: ended, at: worker)
            handle(.ended(ended, from: worker))
        case .drainStatus(let status): drained(worker, status)
        case .roleAnswer(let answer): answered(answer, by: worker)
        case .drainRequest(let request): drain(request, on: link, by: peer)
        case .roleRequest(let request): order(request, on: link)
        case .requestQuery(let name): explain(name, on: link)
        case .documentRequest(let request):
            if request.kind.isOfSettings { askDesk(request, on: link) } else { write(request, on: link) }
        case .documentReply(let reply): settingsAnswered(reply, by: link)
        case .workerOrder(let order): carryOut(order, on: link)
        case .cacheFlushed(let flush): flushed(flush, by: worker)
        case .failure(let error): logger.warning("peer.refused_us", metadata: ["error": "\(error)"])
        default:
            let message = "\(message.type) has no place on a router's link"
            hub.close(link, reason: ServingError(.protocolViolation, message))
        }
    }

    /// A worker that answers but does not compute, with work in hand, is sick: its requests are placed anew.
    func linkBeat(_ link: ConnectionID, from peer: LinkPeer, progress: UInt64, roundTrip: Duration?) {
        let now = MonotonicClock.now
        let standstill = state.withLock { state -> Duration in
            guard state.links[peer.worker] == link else { return .zero }
            let load = state.core?.workers.first { $0.registration.address.worker == peer.worker }?.load
            state.pulses[peer.worker, default: EnginePulse(progress: progress, now: now)]
                .beat(progress: progress, hasWork: (load?.running ?? 0) > 0, now: now)
            return state.pulses[peer.worker]?.standstill(now: now) ?? .zero
        }
        guard standstill > settings.sickAfter else { return }
        hub.close(link, reason: ServingError(.peerLost, "the engine has done no step for \(standstill)"))
    }

    func linkClosed(_ link: ConnectionID, peer: LinkPeer?, reason: ServingError) {
        settingsLinkClosed(link)
        let lost = state.withLock { state -> WorkerRef? in
            state.drains.remove(link)
            removeRoleWaiter(link, &state)
            removeFlushWaiter(link, &state)
            guard let worker = state.workers.removeValue(forKey: link), state.links[worker] == link else {
                return nil
            }
            state.links[worker] = nil
            state.pulses[worker] = nil
            let known = state.core?.workers.first { $0.registration.address.worker == worker }
            if let known { state.lost.add(known.registration, reason: reason, now: MonotonicClock.now) }
            return worker
        }
        guard let lost else { return }
        logger.warning("worker.lost", metadata: ["worker": "\(lost)", "reason": "\(reason)"])
        handle(.lost(lost))
        failWaiters(for: lost.id, reason)
    }

    /// Takes a worker in, unless its model, layout or role does not fit.
    private func register(_ registration: WorkerRegistration, on link: ConnectionID, _ peer: LinkPeer) {
        if let error = misfit(of: registration, peer) {
            hub.close(link, reason: error)
            return
        }
        let now = MonotonicClock.now
        let replaced = change { state -> ConnectionID? in
            guard let layout = peer.hello.layout else { return nil }
            if state.core == nil {
                state.layout = layout
                state.core = RouterCore(settings: settings.core(layout))
            }
            let replaced = state.links.updateValue(link, forKey: peer.worker)
            state.workers[link] = peer.worker
            state.lost.remove(peer.worker.id)
            hub.send(.registered(heartbeatInterval: settings.heartbeatInterval), on: link)
            // On the same connection nothing was lost: it is only the role that is new.
            step(replaced == link ? .roleChanged(registration) : .registered(registration), &state, now: now)
            step(.rolesPermitted(peer.worker, peer.permittedRoles), &state, now: now)
            return replaced
        }
        if let replaced, replaced != link {
            hub.close(replaced, reason: ServingError(.protocolViolation, "the worker registered again"))
        }
        logger.notice(
            "worker.registered",
            metadata: [
                "worker": "\(peer.worker)", "role": "\(registration.role.name)",
                "address": "\(registration.address)", "blocks": "\(registration.blockCount)",
            ]
        )
    }

    private func misfit(of registration: WorkerRegistration, _ peer: LinkPeer) -> ServingError? {
        if state.withLock({ $0.removed.contains(peer.worker.id) }) { return Self.removal(of: peer.worker.id) }
        let permitted: PeerRole = registration.role == .prefill ? .prefill : .decode
        guard peer.hello.kind == .worker, registration.address.worker == peer.worker,
            peer.certificate.roles.contains(permitted)
        else {
            let message =
                "the certificate of \(peer.hello.name) does not allow the role \(registration.role.name)"
            return ServingError(.unauthorized, message)
        }
        // A paced engine imitates a model: it has no weights whose digest could be equal.
        let isPaced = peer.hello.numericsClass.hasSuffix("/paced")
        if !isPaced, let digest = peer.hello.modelDigest, digest != settings.modelDigest {
            return ServingError(
                .layoutMismatch,
                "\(peer.hello.name) serves model \(digest), this router's vocabulary belongs to model "
                    + "\(settings.modelDigest): give both the same model file"
            )
        }
        let layout = state.withLock { $0.layout }
        if let layout, let other = peer.hello.layout, layout != other {
            return ServingError(
                .layoutMismatch,
                "\(peer.hello.name) has a KV cache of \(other), the other workers of \(layout): give all the same KV "
                    + "settings"
            )
        }
        return nil
    }

    private func logFailure(of ended: WorkEnded, at worker: WorkerRef) {
        guard let failure = ended.failure else { return }
        logger.warning(
            "attempt.failed",
            metadata: ["attempt": "\(ended.attempt)", "worker": "\(worker)", "error": "\(failure)"]
        )
    }
}
