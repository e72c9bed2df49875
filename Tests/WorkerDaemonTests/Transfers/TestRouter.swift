import DaemonKit
import ServingTypes
import TestSupport
import Transport
import Wire

/// A router that places nothing: a test gives out attempts and sees what comes back.
final class TestRouter: LinkHandler {
    /// What is known of one attempt.
    struct Attempt {
        var tokens: [Int: TokenID] = [:]
        var isFinished = false
        var failures: [ServingError] = []
        var reports: [WorkerID: StageReport] = [:]
        /// A second, different token for the same index.
        var contradiction: String?
    }

    struct State {
        var links: [WorkerID: (link: ConnectionID, registration: WorkerRegistration)] = [:]
        var attempts: [AttemptID: Attempt] = [:]
        var loads: [WorkerID: LoadReport] = [:]
    }

    let hub: LinkHub
    let port: UInt16
    let state = Watched(State())
    let progress: UInt64 = 0

    init(in cluster: TestCertificates) throws {
        let hello = Hello(
            purpose: .control,
            kind: .router,
            name: "router",
            incarnation: Incarnation(rawValue: 1),
            cluster: cluster.cluster
        )
        hub = LinkHub(hello: hello, settings: LinkSettings(), logger: Made.logger)
        let relay = Relay()
        try hub.start(identity: cluster.identity("router", roles: [.router]), handler: relay)
        port = try hub.listen(host: "127.0.0.1", port: 0, advertisedHost: "127.0.0.1")
        relay.router.update { $0 = self }
    }

    /// The registered boot of a worker.
    func worker(_ name: String) -> WorkerRegistration? {
        state.current.links[WorkerID(rawValue: name)]?.registration
    }

    /// Waits for a worker to register, with a boot other than `previous`.
    func waitForWorker(_ name: String, after previous: WorkerRef? = nil) -> WorkerRegistration? {
        let id = WorkerID(rawValue: name)
        _ = state.wait { state in
            state.links[id].map { $0.registration.address.worker != previous } ?? false
        }
        return worker(name)
    }

    /// Sends to a worker, if it is there.
    func send(_ message: Message, to worker: WorkerID) {
        guard let link = state.current.links[worker]?.link else { return }
        hub.send(message, on: link)
    }

    func linkOpened(_ link: ConnectionID, peer: LinkPeer) {}

    func linkReceived(_ message: Message, on link: ConnectionID, from peer: LinkPeer) {
        let worker = peer.worker.id
        switch message {
        case .register(let registration):
            state.update { $0.links[worker] = (link, registration) }
            hub.send(.registered(heartbeatInterval: .seconds(3)), on: link)
        case .load(let report): state.update { $0.loads[worker] = report }
        case .answer(let answer):
            guard let refusal = answer.refusal else { return }
            state.update { $0.attempts[answer.attempt]?.failures.append(refusal) }
        case .tokens(let batch): state.update { $0.attempts[batch.attempt]?.take(batch) }
        case .ended(let ended):
            state.update { state in
                state.attempts[ended.attempt]?.reports[worker] = ended.report
                if let failure = ended.failure { state.attempts[ended.attempt]?.failures.append(failure) }
            }
        default: break
        }
    }

    func linkBeat(_ link: ConnectionID, from peer: LinkPeer, progress: UInt64, roundTrip: Duration?) {}

    func linkClosed(_ link: ConnectionID, peer: LinkPeer?, reason: ServingError) {
        state.update { state in
            guard let worker = peer?.worker.id, state.links[worker]?.link == link else { return }
            state.links[worker] = nil
            // Every attempt here has a part on every worker.
            for attempt in state.attempts.keys where state.attempts[attempt]?.isFinished == false {
                state.attempts[attempt]?.failures.append(reason)
            }
        }
    }

    func laneReceiver(for peer: LinkPeer) -> LaneReceiver? { nil }

    func shutdown() { hub.shutdown() }
}

extension TestRouter.Attempt {
    fileprivate mutating func take(_ batch: TokenBatch) {
        for (offset, token) in batch.tokens.enumerated() {
            let index = batch.firstIndex + offset
            if let known = tokens[index], known != token.id {
                contradiction = "token \(index) is \(token.id) and \(known)"
            }
            tokens[index] = token.id
        }
        if batch.finish != nil { isFinished = true }
    }
}

/// Takes the place of the router until it is complete.
private final class Relay: LinkHandler {
    let router = Watched<TestRouter?>(nil)
    let progress: UInt64 = 0

    func linkOpened(_ link: ConnectionID, peer: LinkPeer) {}
    func linkReceived(_ message: Message, on link: ConnectionID, from peer: LinkPeer) {
        router.current?.linkReceived(message, on: link, from: peer)
    }
    func linkBeat(_ link: ConnectionID, from peer: LinkPeer, progress: UInt64, roundTrip: Duration?) {}
    func linkClosed(_ link: ConnectionID, peer: LinkPeer?, reason: ServingError) {
        router.current?.linkClosed(link, peer: peer, reason: reason)
    }
    func laneReceiver(for peer: LinkPeer) -> LaneReceiver? { nil }
}
