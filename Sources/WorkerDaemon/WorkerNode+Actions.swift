internal import Logging
internal import ServingCore
internal import ServingTypes
internal import Transport
internal import Wire

extension WorkerNode {
    /// Carries out what the core decided; called under the state's lock.
    func perform(_ actions: [WorkerAction], _ state: inout State) {
        for action in actions {
            switch action {
            case .answer(let router, let answer): tell(router, .answer(answer), state)
            case .tokens(let router, let batch): tell(router, .tokens(batch), state)
            case .load(let report):
                for link in state.routers.registered { hub.send(.load(report), on: link) }
            case .ended(let router, let ended):
                count(ended)
                tell(router, .ended(ended), state)
            case .offer(let address, let offer): send(.offer(offer), to: address, &state)
            case .held(let worker, let held): send(.held(held), to: worker, &state)
            case .handOff(let worker, let handOff): send(.handOff(handOff), to: worker, &state)
            case .verified(let worker, let transfer): send(.verified(transfer), to: worker, &state)
            case .abort(let worker, let abort): send(.abort(abort), to: worker, &state)
            case .resend(let worker, let resend): send(.resend(resend), to: worker, &state)
            case .fetch(let address, let fetch): send(.fetch(fetch), to: address, &state)
            case .probed(let worker, let number): send(.probed(number: number), to: worker, &state)
            case .wakeLanes(let address): relay.wakeLanes(to: address)
            case .roleAnswer(let router, let answer): tell(router, .roleAnswer(answer), state)
            case .cacheFlushed(let router, let flush):
                let counts: Logger.Metadata = [
                    "dropped": "\(flush.droppedBlocks)", "kept": "\(flush.keptBlocks)",
                ]
                logger.notice("cache.flushed", metadata: counts)
                tell(router, .cacheFlushed(flush), state)
            case .register: registerAnew(state)
            case .transferred(let done): count(done)
            case .promptStarted(let start): count(start)
            case .pathChanged(let change): note(change)
            }
        }
    }

    private func tell(_ router: RouterKey, _ message: Message, _ state: borrowing State) {
        guard let link = state.routers.link(of: router) else { return }  // Its loss is reported already.
        hub.send(message, on: link)
    }

    /// Sends to a worker that is linked or being dialed; otherwise its loss is reported already.
    private func send(_ message: Message, to worker: WorkerRef, _ state: inout State) {
        if let link = state.peers.link(to: worker) {
            hub.send(message, on: link)
        } else {
            _ = state.peers.wait(message, for: worker)
        }
    }

    /// Sends to a worker, dialing it if need be.
    private func send(_ message: Message, to address: WorkerAddress, _ state: inout State) {
        state.peers.remember(address)
        if let link = state.peers.link(to: address.worker) {
            hub.send(message, on: link)
            return
        }
        guard !state.peers.wait(message, for: address.worker) else { return }
        do throws(TransportError) {
            let link = try hub.dial(
                host: address.host,
                port: address.port,
                expectedPeer: address.worker.id.rawValue
            )
            state.peers.dialed(link, to: address.worker, first: message)
        } catch {
            logger.error("link.dial_failed", metadata: ["peer": "\(address)", "error": "\(error)"])
            hub.schedule(after: .zero) { [weak self] in self?.handle(.peerLost(address.worker)) }
        }
    }
}
