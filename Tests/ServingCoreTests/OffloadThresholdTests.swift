import ServingTypes
import Testing

@testable import ServingCore

@Suite struct OffloadThresholdTests {
    static func links(_ workers: [WorkerSnapshot], rate: Double) -> LinkTable {
        var table = LinkTable(settings: LinkTableSettings())
        for worker in workers { table.register(worker.ref.id, site: worker.site) }
        for worker in workers where worker.role == .prefill {
            let reports = workers.filter { $0.role == .decode }.map {
                PathReport(peer: $0.ref.id, bytesPerSecond: rate, inFlightBytes: 0)
            }
            table.take(reports, from: worker.ref.id, now: .zero)
        }
        return table
    }

    /// A prefill worker that is `speed` times as fast as a busy decode worker.
    static func pair(speed: Double, queued: Int = 0, running: Int = 4) -> (WorkerSnapshot, [WorkerSnapshot]) {
        var prefill = PlacementTests.worker("p1").snapshot
        prefill.cost.b /= speed
        prefill.queuedTokens = queued
        var decode = PlacementTests.worker("d1").snapshot
        decode.sequences = running
        return (decode, [prefill])
    }

    static func find(
        _ pair: (WorkerSnapshot, [WorkerSnapshot]),
        rate: Double
    ) -> (threshold: OffloadThreshold, prefill: WorkerID)? {
        OffloadThreshold.find(
            decode: pair.0,
            prefills: pair.1,
            links: links([pair.0] + pair.1, rate: rate),
            placement: Placement(settings: PlacementSettings(layout: PlacementTests.layout))
        )
    }

    @Test func `a slower path, and a longer queue, raise the threshold`() throws {
        let fast = try #require(Self.find(Self.pair(speed: 4, running: 0), rate: 1e9)?.threshold.tokens)
        let slow = try #require(Self.find(Self.pair(speed: 4, running: 0), rate: 6e7)?.threshold.tokens)
        let queued = try #require(
            Self.find(Self.pair(speed: 4, queued: 4_000, running: 0), rate: 1e9)?.threshold.tokens
        )
        #expect(fast < slow && fast < queued, "\(fast) \(slow) \(queued)")
        #expect(Self.find(Self.pair(speed: 1, running: 0), rate: 1e6)?.threshold == .never)
    }

    @Test func `without a prefill worker, or without local prefill, there is no threshold`() {
        #expect(Self.find((PlacementTests.worker("d1").snapshot, []), rate: 1e9) == nil)
        var settings = PlacementSettings(layout: PlacementTests.layout)
        settings.allowsLocalPrefill = false
        let pair = Self.pair(speed: 2)
        let found = OffloadThreshold.find(
            decode: pair.0,
            prefills: pair.1,
            links: Self.links([pair.0] + pair.1, rate: 1e9),
            placement: Placement(settings: settings)
        )
        #expect(found == nil)
    }

    /// Placement itself is the oracle: at the threshold it hands off, one token below it does not.
    @Test(arguments: UInt64(0)..<60)
    func `placement changes its mind at the threshold`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let pair = Self.pair(
            speed: Double(random.int(in: 5...80)) / 10,
            queued: random.int(in: 0...3) * random.int(in: 1...2_000),
            running: random.int(in: 0...7)
        )
        let rate = Double(random.int(in: 1...400)) * 5e6
        let placement = Placement(settings: PlacementSettings(layout: PlacementTests.layout))
        let cluster = ClusterSnapshot(
            workers: [pair.0] + pair.1,
            links: Self.links([pair.0] + pair.1, rate: rate)
        )
        func handsOff(_ tokens: Int) -> Bool {
            let request = PlacementRequest(tokens: tokens, capacityTokens: tokens + 1)
            return placement.place(request, in: cluster).first?.plan.prefill != nil
        }
        let found = try #require(Self.find(pair, rate: rate), "seed \(seed)")
        switch found.threshold {
        case .never: #expect(!handsOff(8_191), "seed \(seed)")
        case .tokens(let tokens):
            #expect(handsOff(tokens), "seed \(seed): \(tokens)")
            #expect(tokens == 1 || !handsOff(tokens - 1), "seed \(seed): \(tokens)")
            #expect(found.prefill == pair.1[0].ref.id)
        }
    }
}
