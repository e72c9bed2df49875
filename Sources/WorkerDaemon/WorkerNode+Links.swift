internal import DaemonKit
internal import ServingCore
internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

extension WorkerNode: LinkHandler {
    var progress: UInt64 { stepsDone.load(ordering: .relaxed) }

    func linkOpened(_ link: ConnectionID, peer: LinkPeer) {
        switch peer.hello.kind {
        case .router: routerOpened(link)
        case .worker: peerOpened(link, peer.worker)
        case .admin:
            hub.close(
                link,
                reason: ServingError(.badRequest, "ask the router: workers have no admin service")
            )
        }
    }

    func linkReceived(_ message: Message, on link: ConnectionID, from peer: LinkPeer) {
        switch peer.hello.kind {
        case .router: receive(message, fromRouterOn: link)
        case .worker: receive(message, fromWorker: peer.worker, on: link, peer: peer)
        case .admin: refuse(message, on: link)
        }
    }

    func linkBeat(_ link: ConnectionID, from peer: LinkPeer, progress: UInt64, roundTrip: Duration?) {
        guard peer.hello.kind == .worker, let roundTrip else { return }
        handle(.roundTrip(peer.worker, roundTrip))
    }

    func linkClosed(_ link: ConnectionID, peer: LinkPeer?, reason: ServingError) {
        let (lostRouter, loss, redial) = state.withLock { state in
            let router = state.routers.closed(link)
            let isWorker = peer?.hello.kind == .worker
            let lost = state.peers.closed(link, by: isWorker ? peer?.worker : nil)
            return (router?.key, lost, state.isStopping ? nil : router?.place)
        }
        if let lostRouter { handle(.routerLost(lostRouter)) }
        if let loss { lost(loss) }
        if let redial { scheduleDial(redial) }
    }

    func laneReceiver(for peer: LinkPeer) -> LaneReceiver? {
        guard peer.hello.kind == .worker else { return nil }
        return state.withLock { state in
            guard !state.isStopping, state.incomingLanes.count < settings.maxIncomingLanes else { return nil }
            state.laneCount += 1
            let id = state.laneCount
            var configuration = LaneReceiverConfiguration()
            configuration.stallTimeout = settings.stallTimeout
            let intake = LaneIntake(
                node: self,
                sender: peer.worker,
                roles: peer.senderRoles,
                id: id
            )
            let receiver = LaneReceiver(handler: intake, configuration: configuration)
            state.incomingLanes[id] = receiver
            return receiver
        }
    }

    // MARK: Routers

    /// Dials a router; a lost or failed connection is tried again after a growing pause.
    func dial(_ place: (host: String, port: UInt16)) {
        state.withLock { state in
            guard !state.isStopping else { return }
            do throws(TransportError) {
                let link = try hub.dial(host: place.host, port: place.port, expectedPeer: nil)
                state.routers.dialed(link, place)
            } catch {
                logger.error("router.dial_failed", metadata: ["router": "\(place)", "error": "\(error)"])
            }
        }
    }

    private func scheduleDial(_ place: (host: String, port: UInt16)) {
        let delay = state.withLock {
            $0.routers.nextDelay(place, from: settings.reconnectMinimum, to: settings.reconnectMaximum)
        }
        hub.schedule(after: delay) { [weak self] in self?.dial(place) }
    }

    private func routerOpened(_ link: ConnectionID) {
        // Sent under the lock, so that no change of the role comes between.
        state.withLock { state in
            state.routers.opened(link)
            hub.send(.register(registration(state, on: link)), on: link)
        }
    }

    /// Tells every router of the new role, on the links that are there.
    func registerAnew(_ state: borrowing State) {
        let role = state.core.role
        logger.notice("worker.role_changed", metadata: ["role": "\(role.name)"])
        for link in state.routers.greeted { hub.send(.register(registration(state, on: link)), on: link) }
    }

    /// - Parameter link: to a router, which reaches this machine by the same way.
    private func registration(_ state: borrowing State, on link: ConnectionID) -> WorkerRegistration {
        WorkerRegistration(
            address: WorkerAddress(
                worker: settings.core.worker,
                host: settings.advertisedHost ?? hub.localHost(of: link) ?? settings.listenHost,
                port: state.port
            ),
            role: state.core.role,
            modelName: settings.modelName,
            contextTokens: settings.core.contextTokens,
            blockCount: settings.core.blockCount,
            cost: settings.cost,
            maxRunning: settings.core.maxRunning,
            site: settings.site,
            codecs: settings.codecRates
        )
    }

    private func receive(_ message: Message, fromRouterOn link: ConnectionID) {
        guard let key = state.withLock({ $0.routers.key(of: link) }) else { return }
        switch message {
        case .registered: sendFullLoad(on: link, isNew: true)
        case .loadResync: sendFullLoad(on: link, isNew: false)
        case .assign(let assignment): handle(.assigned(assignment, router: key))
        case .cancel(let attempt, _): handle(.cancelled(attempt, router: key))
        case .preempt(let attempt): handle(.preemptionWanted(attempt, router: key))
        case .drain:
            setDraining(true, answering: link)
        case .undrain:
            setDraining(false, answering: link)
        case .setRole(let role): handle(.roleWanted(role, router: key))
        case .documentRequest(let request): askDesk(request, on: link)
        case .flushCache: handle(.flushWanted(router: key))
        case .failure(let error): logger.warning("router.refused_us", metadata: ["error": "\(error)"])
        default: refuse(message, on: link)
        }
    }

    /// The report goes first, so that the router knows by the time an operator has the answer.
    private func setDraining(_ isDraining: Bool, answering link: ConnectionID) {
        handle(.draining(isDraining))
        sendFullLoad(on: link, isNew: false)
        hub.send(.drainStatus(owed), on: link)
    }

    /// Sent under the lock, so that no change comes between the report and the ones that follow it.
    private func sendFullLoad(on link: ConnectionID, isNew: Bool) {
        state.withLock { state in
            if isNew {
                state.routers.registered(link)
                logger.notice("router.registered", metadata: ["worker": "\(settings.core.worker)"])
            }
            hub.send(.load(state.core.fullLoad()), on: link)
        }
    }

    // MARK: Workers

    private func peerOpened(_ link: ConnectionID, _ worker: WorkerRef) {
        let missed = state.withLock { state in
            let (waiting, missed) = state.peers.opened(link, by: worker)
            for message in waiting { hub.send(message, on: link) }
            if let missed { state.peers.forget(missed) }
            return missed
        }
        // Another boot answered at the address: the one that was meant is gone.
        if let missed { handle(.peerLost(missed)) }
        handle(.linkOpened(worker))
    }

    /// A link to a worker is gone, or could not be made.
    ///
    /// A link that was open is dialed again as long as KV is exchanged, by the side that knows the address. One that
    /// never was means that the worker is gone.
    private func lost(_ loss: PeerLinks.Loss) {
        switch loss {
        case .closed(let worker):
            handle(.linkLost(worker))
            redial(worker)
        case .unreachable(let worker):
            guard state.withLock({ $0.peers.isRedialing(worker) && $0.core.isExchanging(with: worker) })
            else {
                state.withLock { $0.peers.forget(worker) }
                handle(.peerLost(worker))
                return
            }
            redial(worker)
        }
    }

    private func redial(_ worker: WorkerRef) {
        let delay = state.withLock { state -> Duration? in
            guard !state.isStopping, state.core.isExchanging(with: worker) else {
                state.peers.forget(worker)
                return nil
            }
            guard state.peers.address(of: worker) != nil else { return nil }
            let pause = settings.peerRedialPause * (1 << min(state.peers.nextRedial(of: worker) - 1, 6))
            return min(pause, .seconds(1))
        }
        guard let delay else { return }
        hub.schedule(after: delay) { [weak self] in self?.dialAgain(worker) }
    }

    private func dialAgain(_ worker: WorkerRef) {
        let failure = state.withLock { state -> TransportError? in
            guard !state.isStopping, state.core.isExchanging(with: worker), state.peers.needsLink(to: worker),
                let address = state.peers.address(of: worker)
            else { return nil }
            do throws(TransportError) {
                let link = try hub.dial(
                    host: address.host,
                    port: address.port,
                    expectedPeer: worker.id.rawValue
                )
                state.peers.dialed(link, to: worker, first: nil)
                return nil
            } catch {
                return error
            }
        }
        guard let failure else { return }
        logger.error("link.dial_failed", metadata: ["peer": "\(worker)", "error": "\(failure)"])
        handle(.peerLost(worker))
    }

    private func receive(
        _ message: Message,
        fromWorker worker: WorkerRef,
        on link: ConnectionID,
        peer: LinkPeer
    ) {
        switch message {
        case .offer(let offer): handle(.offered(offer, from: worker))
        case .held(let held): handle(.held(held, from: worker))
        case .resend(let resend): handle(.resendWanted(resend, from: worker))
        case .handOff(let handOff): handle(.handedOff(handOff, from: worker))
        case .verified(let transfer): handle(.verified(transfer, from: worker))
        case .abort(let abort): handle(.aborted(abort, from: worker))
        case .fetch(let fetch):
            guard let listener = peer.hello.listener else {
                refuse(message, on: link)
                return
            }
            let address = WorkerAddress(worker: worker, host: listener.host, port: listener.port)
            state.withLock { $0.peers.remember(address) }
            handle(.fetchWanted(fetch, from: address))
        case .probed(let number): handle(.probed(number: number, from: worker))
        case .failure(let error): logger.warning("peer.refused_us", metadata: ["error": "\(error)"])
        default: refuse(message, on: link)
        }
    }

    private func refuse(_ message: Message, on link: ConnectionID) {
        hub.close(link, reason: ServingError(.protocolViolation, "\(message.type) has no place on this link"))
    }
}
