internal import ServingTypes
internal import Synchronization
internal import Transport
internal import Wire

/// Signs of life, and what their absence means.
extension LinkHub {
    func scheduleHeartbeats() {
        schedule(after: settings.heartbeatInterval) { [weak self] in
            self?.beat()
            self?.scheduleHeartbeats()
        }
    }

    func beat() {
        let now = MonotonicClock.now
        let (links, wasPaused, sequence, handler) = state.withLock { state in
            // A process that stood still itself has not read yet what its peers said meanwhile.
            let wasPaused = state.lastBeat.map { now - $0 > settings.heartbeatInterval * 2 } ?? false
            state.lastBeat = now
            state.heartbeatCount += 1
            let open = state.entries.filter { $0.value.peer != nil }
            let links = open.map { (id: $0.key, silence: now - $0.value.lastHeard) }.sorted { $0.id < $1.id }
            return (links, wasPaused, state.heartbeatCount, state.handler)
        }
        // Asked without the lock: the handler may hold its own while it sends, which takes this one.
        let progress = handler?.progress ?? 0
        for link in links {
            if link.silence > settings.silenceLimit, !wasPaused {
                close(link.id, reason: ServingError(.peerLost, "nothing was heard for \(link.silence)"))
                // Who is silent will not answer the farewell: the loss is reported now, not after the time for that.
                connectionClosed(link.id, error: nil)
            } else {
                let heartbeat = Heartbeat(sequence: sequence, progress: progress, isEcho: false)
                send(.heartbeat(heartbeat), on: link.id)
            }
        }
    }

    /// Time since the heartbeat of that number went out; `nil` if another one followed it.
    func roundTrip(of sequence: UInt64) -> Duration? {
        let now = MonotonicClock.now
        return state.withLock { state in
            guard sequence == state.heartbeatCount, let sentAt = state.lastBeat else { return nil }
            return now - sentAt
        }
    }
}
