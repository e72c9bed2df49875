import ServingTypes
import Testing

@testable import ServingCore

@Suite struct PathLinkTableTests {
    static let prefills = ["p0", "p1"].map(WorkerID.init(rawValue:))
    static let decodes = ["d0", "d1"].map(WorkerID.init(rawValue:))

    /// Both prefill workers in `west`, both decode workers in `east`.
    static func table(uplink: Double? = nil, sites: Bool = true) -> LinkTable {
        var settings = LinkTableSettings()
        settings.priorBytesPerSecond = 50
        settings.uplinks["west"] = uplink.map { SiteUplink(outBytesPerSecond: $0) }
        var table = LinkTable(settings: settings)
        for worker in prefills { table.register(worker, site: sites ? "west" : nil) }
        for worker in decodes { table.register(worker, site: sites ? "east" : nil) }
        return table
    }

    static func report(_ to: Int, rate: Double, inFlight: Int = 0, recent: Double = 0, samples: Int = 1)
        -> PathReport
    {
        PathReport(
            peer: decodes[to],
            bytesPerSecond: rate,
            inFlightBytes: inFlight,
            sampleCount: samples,
            recentBytesPerSecond: recent
        )
    }

    typealias Word = (sender: Int, reports: [PathReport])

    @Test(
        arguments: [
            ("before any word, the prior", nil, [], 50, LinkResource.path),
            ("an idle path carries what was measured", nil, [(0, [report(0, rate: 80)])], 80, .path),
            ("a given uplink limits even an idle path", 30, [(0, [report(0, rate: 80)])], 30, .siteUplinkOut),
            (
                "bytes of the same pair are backlog, not competition", nil,
                [(0, [report(0, rate: 80, inFlight: 9, recent: 80)])], 80, .path
            ),
            (
                "a second path of the same sender leaves half", nil,
                [(0, [report(0, rate: 80), report(1, rate: 80, inFlight: 9, recent: 80)])], 40, .egress
            ),
            (
                "a neighbour that takes little leaves the rest", nil,
                [(0, [report(0, rate: 80), report(1, rate: 80, inFlight: 9, recent: 10)])], 70, .egress
            ),
            (
                "another sender to the same receiver leaves half", nil,
                [(0, [report(0, rate: 80)]), (1, [report(0, rate: 80, inFlight: 9, recent: 80)])], 40,
                .siteUplinkOut
            ),
            (
                "a wide uplink is not what limits", 200,
                [(0, [report(0, rate: 80)]), (1, [report(1, rate: 80, inFlight: 9, recent: 80)])], 40,
                .siteUplinkIn
            ),
            (
                "a path that a later word leaves out is idle", nil,
                [
                    (0, [report(0, rate: 80), report(1, rate: 80, inFlight: 9, recent: 80)]),
                    (0, [report(0, rate: 80)]),
                ], 80,
                .path
            ),
        ] as [(String, Double?, [Word], Double, LinkResource)]
    )
    func share(requirement: String, uplink: Double?, words: [Word], rate: Double, bottleneck: LinkResource) {
        var table = Self.table(uplink: uplink)
        for word in words { table.take(word.reports, from: Self.prefills[word.sender], now: .zero) }
        let share = table.share(from: Self.prefills[0], to: Self.decodes[0])
        #expect(share.bytesPerSecond == rate, "\(requirement)")
        #expect(share.bottleneck == bottleneck, "\(requirement)")
    }

    @Test("what senders measured only beside each other is not taken for all that a path carries")
    func measuredTogether() {
        var table = Self.table()
        for samples in 1...3 {
            for sender in 0...1 {
                let report = Self.report(sender, rate: 20, inFlight: 9, recent: 20, samples: samples)
                table.take([report], from: Self.prefills[sender], now: .zero)
            }
        }
        for sender in 0...1 {
            table.take([Self.report(sender, rate: 20, samples: 3)], from: Self.prefills[sender], now: .zero)
        }
        // The second was measured beside the first, at 20 each; nothing says that it gets less than 40 alone.
        #expect(table.share(from: Self.prefills[1], to: Self.decodes[1]).bytesPerSecond == 40)
        table.take([Self.report(1, rate: 20, samples: 20)], from: Self.prefills[1], now: .zero)
        #expect(table.share(from: Self.prefills[1], to: Self.decodes[1]).bytesPerSecond == 20)
    }

    @Test("a worker that leaves takes its load along, and its slot serves the next")
    func removal() {
        var table = Self.table()
        let busy = Self.report(0, rate: 80, inFlight: 9, recent: 80)
        table.take([Self.report(0, rate: 80)], from: Self.prefills[0], now: .zero)
        table.take([busy], from: Self.prefills[1], now: .zero)
        #expect(table.share(from: Self.prefills[0], to: Self.decodes[0]).bytesPerSecond == 40)
        table.remove(Self.prefills[1])
        #expect(table.share(from: Self.prefills[0], to: Self.decodes[0]).bytesPerSecond == 80)
        table.take([busy], from: Self.prefills[1], now: .zero)
        #expect(table.summaries().map(\.from) == [Self.prefills[0]])
        table.register(Self.decodes[0], site: "east")
        #expect(table.summaries().isEmpty)
        #expect(table.share(from: Self.prefills[0], to: Self.decodes[0]).bytesPerSecond == 50)
    }

    @Test("an operator sees every link by name, where its rate is from, and what is on it")
    func summaries() {
        var table = Self.table()
        var probed = Self.report(1, rate: 60)
        probed.isProbed = true
        probed.roundTrip = .milliseconds(3)
        probed.expectedBytesPerSecond = 150
        probed.isDegraded = true
        let unsampled = Self.report(0, rate: 0, inFlight: 7, samples: 0)
        table.take([Self.report(0, rate: 80, inFlight: 12, recent: 70)], from: Self.prefills[1], now: .zero)
        table.take([probed, unsampled], from: Self.prefills[0], now: .zero)
        let links = table.summaries()
        #expect(links.map { "\($0.from)>\($0.to)" } == ["p0>d0", "p0>d1", "p1>d0"])
        #expect(links.map(\.source) == [.prior, .probed, .measured])
        #expect(links.map(\.bytesPerSecond) == [50, 60, 80])
        #expect(links.map(\.inFlightBytes) == [7, 0, 12])
        #expect(links[1].isDegraded && links[1].expectedBytesPerSecond == 150)
        #expect(links[1].roundTrip == .milliseconds(3))
        #expect(table.share(from: Self.prefills[1], to: Self.decodes[0]).backlogBytes == 12)
    }

    @Test("what no lane has taken yet goes before a new transfer too, also on a path with nothing in flight")
    func waitingBytesAreBacklog() {
        var table = Self.table()
        var report = Self.report(0, rate: 80, inFlight: 0)
        report.waitingBytes = 500
        table.take([report], from: Self.prefills[1], now: .zero)
        let share = table.share(from: Self.prefills[1], to: Self.decodes[0])
        #expect(share.backlogBytes == 500 && share.bytesPerSecond == 80)
        #expect(table.share(from: Self.prefills[0], to: Self.decodes[0]).backlogBytes == 0)
        table.take([], from: Self.prefills[1], now: .zero)
        #expect(table.share(from: Self.prefills[1], to: Self.decodes[0]).backlogBytes == 0, "named no more")
    }

    @Test("loads add up whatever the order of the words, also over boots and unknown workers")
    func loadsBalance() {
        for seed in UInt64(1)...50 {
            var random = PathRandom(seed: seed)
            var table = Self.table()
            for step in 0..<200 {
                let sender = random.int(0...1)
                let now = Timestamp.zero + .milliseconds(50 * step)
                switch random.int(0...9) {
                case 0: table.register(Self.prefills[sender], site: random.pick(["west", "east"]))
                case 1: table.register(Self.decodes[sender], site: random.pick(["west", "east"]))
                case 2: table.remove(Self.prefills[sender])
                default:
                    let reports = (0...1).filter { _ in random.int(0...3) > 0 }.map { to in
                        Self.report(
                            to,
                            rate: Double(random.int(1...100)),
                            inFlight: random.int(0...1) * random.int(1...50),
                            recent: Double(random.int(0...100)),
                            samples: step
                        )
                    }
                    table.take(reports, from: Self.prefills[sender], now: now)
                }
            }
            for worker in Self.prefills { table.take([], from: worker, now: Self.end) }
            let loads = (table.egress + table.ingress).map(\.figures)
            let sites = table.uplinks.flatMap { [$0.out.figures, $0.into.figures] }
            #expect((loads + sites).allSatisfy { $0.activePaths == 0 && $0.rateSum == 0 }, "seed \(seed)")
        }
    }

    static let end = Timestamp.zero + .seconds(60)
}
