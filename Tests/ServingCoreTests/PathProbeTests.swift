import ServingTypes
import Testing

@testable import ServingCore

@Suite struct PathProbeTests {
    static let peers = ["a", "b", "c"].map(WorkerID.init(rawValue:))

    static func at(_ seconds: Int) -> Timestamp { .zero + .seconds(seconds) }

    @Test("a probe finds the rate of a path that nobody uses", arguments: [2e6, 12.5e6, 50e6, 125e6])
    func findsRate(rate: Double) {
        let flow = PathFlow(sender: 0, peer: Self.peers[0], link: 0)
        let world = PathWorld(
            books: [PathBook(settings: PathSettings())],
            links: [PathLink(rate: rate)],
            seed: 1
        )
        var small = flow
        small.chunkBytes = 64 << 10
        world.add(small)
        var sizes: [Int] = []
        while let probe = world.books[0].nextProbe(now: world.timestamp), sizes.count < 4 {
            sizes.append(probe.bytes)
            world.transfer(probe.bytes, on: 0)
            world.books[0].probeEnded(hasArrived: true, now: world.timestamp)
        }
        let report = world.report(0)
        #expect(
            abs((report?.bytesPerSecond ?? 0) / rate - 1) <= 0.15,
            "\(sizes): \(String(describing: report))"
        )
        #expect(report?.isProbed == true)
        #expect(sizes.count <= 2, "\(sizes)")
        world.pause(601)
        let again = world.books[0].nextProbe(now: world.timestamp)
        let seconds = Double(again?.bytes ?? 0) / rate
        #expect((0.05...0.6).contains(seconds), "\(seconds) s")
    }

    @Test("one probe at a time, never beside a transfer, names in order, an hour's budget kept")
    func budget() {
        var settings = PathSettings()
        settings.probeBytesPerHour = 16 << 20
        var book = PathBook(settings: settings)
        for peer in Self.peers { book.know(peer) }
        var spent = 0
        var order: [WorkerID] = []
        for second in 0..<3600 {
            let now = Self.at(second)
            guard let probe = book.nextProbe(now: now) else { continue }
            spent += probe.bytes
            order.append(probe.peer)
            #expect(book.nextProbe(now: now) == nil)
            book.probeEnded(hasArrived: true, now: now)
        }
        #expect(order.first == Self.peers[0])
        #expect(Set(order) == Set(Self.peers))
        #expect(spent <= (16 << 20) + (8 << 20), "\(spent)")
        var busy = PathBook(settings: PathSettings())
        busy.know(Self.peers[0])
        busy.queued(1, to: Self.peers[1], now: Self.at(0))
        #expect(busy.nextProbe(now: Self.at(1)) == nil)
        busy.delivered(1, to: Self.peers[1], now: Self.at(2))
        #expect(busy.nextProbe(now: Self.at(2)) == PathProbe(peer: Self.peers[0], bytes: 1 << 20))
    }

    @Test("a probe that does not end is given up, and its peer waits")
    func lostProbe() {
        var book = PathBook(settings: PathSettings())
        for peer in Self.peers.prefix(2) { book.know(peer) }
        #expect(book.nextProbe(now: Self.at(0))?.peer == Self.peers[0])
        #expect(book.nextProbe(now: Self.at(29)) == nil)
        #expect(book.nextProbe(now: Self.at(31))?.peer == Self.peers[1])
        book.lost(Self.peers[1], now: Self.at(32))
        #expect(book.nextProbe(now: Self.at(33)) == nil)
        #expect(book.nextProbe(now: Self.at(92))?.peer == Self.peers[0])
    }

    @Test("a path with a fresh sample is not probed, and 0 bytes an hour turn probing off")
    func notNeeded() {
        var book = PathBook(settings: PathSettings())
        book.know(Self.peers[0])
        PathBookTests.stream(&book, chunks: 50, gap: 10, from: 0, to: Self.peers[0])
        #expect(book.nextProbe(now: Self.at(2)) == nil)
        #expect(book.nextProbe(now: Self.at(602))?.peer == Self.peers[0])
        var settings = PathSettings()
        settings.probeBytesPerHour = 0
        var off = PathBook(settings: settings)
        off.know(Self.peers[0])
        #expect(off.nextProbe(now: Self.at(2)) == nil)
    }
}
