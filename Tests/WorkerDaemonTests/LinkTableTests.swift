import ServingCore
import ServingTypes
import Testing
import Wire

@testable import Transport
@testable import WorkerDaemon

/// Which link leads where: the tables behind a worker's connections.
@Suite struct LinkTableTests {
    private func link(_ number: UInt64) -> ConnectionID { ConnectionID(rawValue: number) }

    private func address(_ worker: WorkerRef) -> WorkerAddress {
        WorkerAddress(worker: worker, host: "127.0.0.1", port: 1)
    }

    // MARK: Peers

    @Test func `messages wait for a link that is being made, in their order`() {
        let worker = Made.worker("d1")
        var peers = PeerLinks()
        #expect(peers.wait(.drain, for: worker) == false, "nothing is being made")
        peers.dialed(link(1), to: worker, first: .loadResync)
        #expect(peers.wait(.drain, for: worker) == true)
        #expect(peers.wait(.undrain, for: worker) == true)
        #expect(peers.wait(.drain, for: Made.worker("d1", boot: 2)) == false, "that is another boot")
        #expect(peers.link(to: worker) == nil)
        let (waiting, missed) = peers.opened(link(1), by: worker)
        #expect(waiting == [.loadResync, .drain, .undrain])
        #expect(missed == nil)
        #expect(peers.link(to: worker) == link(1))
        #expect(peers.wait(.drain, for: worker) == false, "it is made")
    }

    @Test func `what waits for one link is bounded`() {
        let worker = Made.worker("d1")
        var peers = PeerLinks()
        peers.dialed(link(1), to: worker, first: .drain)
        var count = 1
        while count < 10_000, peers.wait(.drain, for: worker) { count += 1 }
        #expect(count == 4_096)
    }

    @Test func `when another boot answers, the one that was meant is missed and nothing reaches the other`() {
        let (meant, found) = (Made.worker("d1", boot: 1), Made.worker("d1", boot: 2))
        var peers = PeerLinks()
        peers.dialed(link(1), to: meant, first: .drain)
        let (waiting, missed) = peers.opened(link(1), by: found)
        #expect(waiting.isEmpty)
        #expect(missed == meant)
        #expect(peers.link(to: found) == link(1))
        #expect(peers.link(to: meant) == nil)
    }

    @Test func `a worker's last link closes once, and its address is kept until it is forgotten`() {
        let worker = Made.worker("d1")
        var peers = PeerLinks()
        peers.remember(address(worker))
        _ = peers.opened(link(1), by: worker)
        _ = peers.opened(link(2), by: worker)
        #expect(peers.link(to: worker) == link(2), "the newest")
        #expect(peers.closed(link(2), by: worker) == nil)
        #expect(peers.link(to: worker) == link(1))
        #expect(peers.address(of: worker) == address(worker))
        #expect(peers.closed(link(9), by: worker) == nil, "an unknown link changes nothing")
        #expect(peers.closed(link(1), by: worker) == .closed(worker))
        #expect(peers.link(to: worker) == nil)
        #expect(peers.address(of: worker) == address(worker), "it may be dialed again")
        #expect(peers.needsLink(to: worker))
        #expect(peers.closed(link(1), by: worker) == nil, "closed once")
        #expect(!peers.isRedialing(worker))
        #expect([peers.nextRedial(of: worker), peers.nextRedial(of: worker)] == [1, 2])
        peers.dialed(link(3), to: worker, first: nil)
        #expect(!peers.needsLink(to: worker), "it is being dialed")
        _ = peers.opened(link(3), by: worker)
        #expect(!peers.isRedialing(worker) && peers.nextRedial(of: worker) == 1, "counted anew")
        peers.forget(worker)
        #expect(peers.address(of: worker) == nil && !peers.isRedialing(worker))
    }

    @Test func `a dial that fails loses the worker unless another link leads to it`() {
        let worker = Made.worker("d1")
        var peers = PeerLinks()
        peers.remember(address(worker))
        peers.dialed(link(1), to: worker, first: .drain)
        #expect(peers.closed(link(1), by: nil) == .unreachable(worker))
        #expect(peers.wait(.drain, for: worker) == false)
        peers.dialed(link(2), to: worker, first: .drain)
        _ = peers.opened(link(3), by: worker)  // It dialed as well.
        #expect(peers.closed(link(2), by: nil) == nil)
        #expect(peers.link(to: worker) == link(3))
        #expect(peers.closed(link(4), by: nil) == nil, "a router's link is none of a worker's")
    }

    // MARK: Routers

    @Test func `each greeted link to a router has its own key until it closes`() throws {
        var routers = RouterLinks()
        routers.dialed(link(1), ("a", 1))
        routers.dialed(link(2), ("b", 2))
        #expect(routers.key(of: link(1)) == nil, "not greeted yet")
        routers.opened(link(1))
        routers.opened(link(2))
        routers.opened(link(3))  // Not a router's.
        let first = try #require(routers.key(of: link(1)))
        let second = try #require(routers.key(of: link(2)))
        #expect(first != second)
        #expect(routers.link(of: first) == link(1))
        #expect(routers.key(of: link(3)) == nil)
        #expect(routers.registered == [])
        routers.registered(link(2))
        routers.registered(link(1))
        #expect(routers.registered == [link(1), link(2)])
        let ended = routers.closed(link(1))
        let closed = try #require(ended)
        #expect(closed.key == first)
        #expect(closed.place.host == "a")
        #expect(routers.registered == [link(2)])
        #expect(routers.link(of: first) == nil)
        #expect(routers.closed(link(1)) == nil)
        #expect(routers.closed(link(3)) == nil)
        // The same router again is another key: what it was owed is lost.
        routers.dialed(link(4), ("a", 1))
        routers.opened(link(4))
        #expect(routers.key(of: link(4)).map { $0 != first && $0 != second } == true)
    }

    @Test func `pauses between dials double up to the maximum until a router takes the worker in`() {
        var routers = RouterLinks()
        let (minimum, maximum) = (Duration.milliseconds(100), Duration.seconds(1))
        func next(_ host: String) -> Duration { routers.nextDelay((host, 1), from: minimum, to: maximum) }
        #expect(
            (0..<6).map { _ in next("a") } == [100, 200, 400, 800, 1_000, 1_000].map { .milliseconds($0) }
        )
        #expect(next("b") == minimum, "each place has its own count")
        for _ in 0..<100 { #expect(next("a") == maximum) }
        routers.dialed(link(1), ("a", 1))
        routers.opened(link(1))
        #expect(next("a") == maximum, "a router that greets may still refuse")
        routers.registered(link(1))
        #expect(next("a") == minimum)
        #expect(next("b") == .milliseconds(200))
    }
}
