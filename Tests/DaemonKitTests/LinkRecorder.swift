import DaemonKit
import ServingTypes
import TestSupport
import Transport
import Wire

/// Records what a hub reports, and answers messages with a closure.
final class LinkRecorder: LinkHandler {
    struct Log {
        var opened: [ConnectionID: LinkPeer] = [:]
        var received: [ConnectionID: [Message]] = [:]
        /// Engine progress that peers stated in heartbeats.
        var beats: [ConnectionID: [UInt64]] = [:]
        /// Every report of an end, so that a second one shows.
        var closed: [ConnectionID: [ServingError]] = [:]
        var wasGreetedAtEnd: [ConnectionID: Bool] = [:]

        func reason(_ link: ConnectionID) -> ServingError? { closed[link]?.first }
    }

    let log = Watched(Log())
    let progress: UInt64 = 42
    private let answer: @Sendable (Message, ConnectionID) -> Void
    private let lane: @Sendable (LinkPeer) -> LaneReceiver?

    init(
        answer: @escaping @Sendable (Message, ConnectionID) -> Void = { _, _ in },
        lane: @escaping @Sendable (LinkPeer) -> LaneReceiver? = { _ in nil }
    ) {
        self.answer = answer
        self.lane = lane
    }

    func linkOpened(_ link: ConnectionID, peer: LinkPeer) { log.update { $0.opened[link] = peer } }

    func linkReceived(_ message: Message, on link: ConnectionID, from peer: LinkPeer) {
        log.update { $0.received[link, default: []].append(message) }
        answer(message, link)
    }

    func linkBeat(_ link: ConnectionID, from peer: LinkPeer, progress: UInt64, roundTrip: Duration?) {
        log.update { $0.beats[link, default: []].append(progress) }
    }

    func linkClosed(_ link: ConnectionID, peer: LinkPeer?, reason: ServingError) {
        log.update {
            $0.closed[link, default: []].append(reason)
            $0.wasGreetedAtEnd[link] = peer != nil
        }
    }

    func laneReceiver(for peer: LinkPeer) -> LaneReceiver? { lane(peer) }
}
