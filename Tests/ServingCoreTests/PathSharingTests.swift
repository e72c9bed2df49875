import ServingTypes
import Testing

@testable import ServingCore

/// Two flows over one bottleneck: what the senders and the router make of it.
@Suite struct PathSharingTests {
    static let decodes = [WorkerID(rawValue: "d0"), WorkerID(rawValue: "d1")]
    static let prefills = [WorkerID(rawValue: "p0"), WorkerID(rawValue: "p1")]

    @Test("a sender whose two paths share its way out knows what each carries alone, within 15 %")
    func sharedEgress() {
        for seed in UInt64(1)...20 {
            var random = PathRandom(seed: seed)
            let rate = random.logarithmic(2e6, 3e8)
            let book = PathBook(settings: PathSettings())
            let world = PathWorld(books: [book], links: [PathLink(rate: rate)], seed: seed)
            for peer in Self.decodes {
                let flow = PathAccuracyTests.flow(&random, rate: rate)
                world.add(Self.placed(flow, sender: 0, peer: peer, rate: rate))
            }
            for _ in 0..<20 {
                let size = Int(rate * (0.2 + random.fraction()))
                world.offer(size, on: 0, after: random.fraction() / 2)
                world.offer(size, on: 1, after: random.fraction() / 2)
                world.run()
            }
            for flow in 0...1 {
                let ratio = (world.report(flow)?.bytesPerSecond ?? 0) / rate
                #expect(abs(ratio - 1) <= 0.15, "seed \(seed), path \(flow): \(ratio) of \(rate) B/s")
            }
            let egress = world.books[0].egressBytesPerSecond / rate
            #expect(abs(egress - 1) <= 0.15, "seed \(seed): egress \(egress) of \(rate) B/s")
        }
    }

    /// What two senders share: their sites' uplink with or without a known capacity, or the receiver.
    enum Meeting: CaseIterable { case givenUplink, estimatedUplink, receiver }

    @Test(
        "two senders on one bottleneck: half each when both are active, else the whole",
        arguments: Meeting.allCases
    )
    func sharedUplink(meeting: Meeting) {
        for seed in UInt64(1)...6 {
            var random = PathRandom(seed: seed)
            let rate = random.logarithmic(5e6, 2e8)
            let books = Array(repeating: PathBook(settings: PathSettings()), count: 2)
            let world = PathWorld(books: books, links: [PathLink(rate: rate)], seed: seed)
            let peers = meeting == .receiver ? [Self.decodes[0], Self.decodes[0]] : Self.decodes
            for sender in 0...1 {
                let flow = PathAccuracyTests.flow(&random, rate: rate)
                world.add(Self.placed(flow, sender: sender, peer: peers[sender], rate: rate))
            }
            var settings = LinkTableSettings()
            if meeting == .givenUplink { settings.uplinks["west"] = SiteUplink(outBytesPerSecond: rate) }
            let isRemote = meeting != .receiver
            let router = PathRouterView(settings)
            for worker in Self.prefills { router.table.register(worker, site: isRemote ? "west" : nil) }
            for worker in Set(peers).sorted() { router.table.register(worker, site: isRemote ? "east" : nil) }
            world.reported = { sender, world in
                let reports = world.books[sender].reports()
                router.table.take(reports, from: Self.prefills[sender], now: world.timestamp)
            }
            world.startReports()
            // At different times, together, then at different times again.
            for round in 0..<24 {
                let isTogether = (8..<16).contains(round)
                for flow in 0...1 {
                    world.offer(Int(rate), on: flow, after: isTogether ? 0 : Double(flow) * 1.5)
                }
                world.pause(0.8)
                if isTogether, round >= 10 {
                    check(router, peers, 0.5 * rate, "seed \(seed), \(meeting), round \(round), together")
                }
                world.pause(3.2)
                if round == 7 || round >= 18 {
                    check(router, peers, rate, "seed \(seed), \(meeting), round \(round), alone")
                }
            }
        }
    }

    private func check(_ router: PathRouterView, _ peers: [WorkerID], _ expected: Double, _ scene: String) {
        for sender in 0...1 {
            let share = router.table.share(from: Self.prefills[sender], to: peers[sender])
            let ratio = share.bytesPerSecond / expected
            #expect(abs(ratio - 1) <= 0.15, "\(scene): pair \(sender) has \(ratio) of its share, \(share)")
        }
    }

    /// A flow with these habits between other workers; its chunks take 20 ms at most, so that many make a
    /// transfer.
    private static func placed(_ habits: PathFlow, sender: Int, peer: WorkerID, rate: Double) -> PathFlow {
        var flow = PathFlow(sender: sender, peer: peer, link: 0)
        flow.chunkBytes = min(habits.chunkBytes, max(64 << 10, Int(rate / 50)))
        flow.kernelBytes = habits.kernelBytes
        flow.roundTrip = habits.roundTrip
        flow.startsSlowly = habits.startsSlowly
        flow.jitter = habits.jitter
        return flow
    }
}
