import ServingTypes
import Testing

@testable import ServingCore

@Suite struct SiteControlTests {
    static let capacity = 1e8

    /// Steps a control four times a second against a link that answers to its charge.
    ///
    /// - Parameter load: share of the capacity that is asked for under a charge, in multiples of the wire time.
    static func run(
        _ control: inout UplinkControl,
        seconds: Range<Int>,
        load: (_ factor: Double) -> Double,
        look: (Int, UplinkControl) -> Void = { _, _ in }
    ) {
        var queue = 0.0
        for tick in seconds.lowerBound * 4..<seconds.upperBound * 4 {
            let asked = load(control.factor) * capacity / 4
            queue += asked
            let sent = min(queue, capacity / 4)
            queue -= sent
            control.place(bytes: Int(asked))
            let sample = UplinkSample(bytesPerSecond: sent * 4, inFlightBytes: Int(queue), capacity: capacity)
            control.step(sample, now: .zero + .milliseconds(250) * tick)
            look(tick, control)
        }
    }

    @Test func `nothing is charged below the limit, and the charge ends when the load does`() {
        var control = UplinkControl(limits: SiteLimits())
        Self.run(&control, seconds: 0..<60) { _ in 0.65 }
        #expect(control.penaltySecondsPerByte == 0 && !control.sharesPrefixes)
        Self.run(&control, seconds: 60..<90) { _ in 1.5 }
        #expect(control.factor > 1 && control.penaltySecondsPerByte == control.factor / Self.capacity)
        Self.run(&control, seconds: 90..<2_000) { _ in 0.1 }
        #expect(control.factor == 0 && control.sharesPrefixes)
    }

    @Test func `the charge has an upper bound`() {
        var control = UplinkControl(limits: SiteLimits())
        Self.run(&control, seconds: 0..<600) { _ in 3 }
        #expect(control.factor == UplinkControl.most)
    }

    @Test func `a queue alone raises the charge`() {
        var control = UplinkControl(limits: SiteLimits())
        for tick in 0..<160 {
            let sample = UplinkSample(
                bytesPerSecond: 1,
                inFlightBytes: Int(4 * Self.capacity),
                capacity: Self.capacity
            )
            control.step(sample, now: .zero + .milliseconds(250) * tick)
        }
        #expect(control.factor > 1 && !control.sharesPrefixes)
    }

    @Test func `prefixes are shared again only well below the share at which that ended`() {
        var control = UplinkControl(limits: SiteLimits())
        Self.run(&control, seconds: 0..<20) { _ in 0.55 }
        #expect(control.sharesPrefixes)
        Self.run(&control, seconds: 20..<40) { _ in 0.65 }
        #expect(!control.sharesPrefixes)
        Self.run(&control, seconds: 40..<60) { _ in 0.55 }
        #expect(!control.sharesPrefixes)
        Self.run(&control, seconds: 60..<80) { _ in 0.4 }
        #expect(control.sharesPrefixes)
    }

    /// Prompts have many lengths, so that a charge takes some of them off the link: asked for is a falling curve.
    @Test(arguments: UInt64(0)..<80)
    func `the load settles below the limit and stays there`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let offered = Double(random.int(in: 50...400)) / 100
        let softness = Double(random.int(in: 5...200)) / 100
        var noise = SplitMix64(seed: seed ^ 0x5EED)
        var control = UplinkControl(limits: SiteLimits())
        var (sum, worst, count, factors) = (0.0, 0.0, 0, [Double]())
        Self.run(&control, seconds: 0..<900) { factor in
            let jitter = 0.9 + Double(noise.int(in: 0...200)) / 1_000
            return jitter * offered / (1 + factor / softness)
        } look: { tick, control in
            guard tick >= 600 * 4 else { return }
            sum += control.utilisation
            worst = max(worst, control.utilisation)
            count += 1
            factors.append(control.factor)
        }
        let mean = sum / Double(count)
        #expect(mean <= 0.8, "seed \(seed): mean utilisation \(mean)")
        #expect(worst <= 0.95, "seed \(seed): \(worst)")
        // The capacity is not given away: as much as asked for, or close to the limit.
        #expect(mean >= min(0.9 * offered, 0.55), "seed \(seed): mean utilisation \(mean) of \(offered)")
        let (low, high) = (factors.min() ?? 0, factors.max() ?? 0)
        #expect(high - low <= max(0.5, 0.75 * high), "seed \(seed): charge between \(low) and \(high)")
    }

    @Test func `a charge reaches the plans that cross, and no others`() throws {
        let workers = ["p1", "p2", "d1"].map { name in
            var worker = PlacementTests.worker(name).snapshot
            worker.site = name == "p2" ? "far" : "near"
            return worker
        }
        func plans(_ charge: UplinkCharge) -> [ScoredPlan] {
            var table = LinkTable(settings: LinkTableSettings())
            for worker in workers { table.register(worker.ref.id, site: worker.site) }
            table.charge(charge, at: "far")
            let placement = Placement(settings: PlacementSettings(layout: PlacementTests.layout))
            return placement.place(
                PlacementRequest(tokens: 1_000, capacityTokens: 1_100),
                in: ClusterSnapshot(workers: workers, links: table)
            )
        }
        func harm(_ prefill: String, _ plans: [ScoredPlan]) throws -> Duration {
            try #require(plans.first { $0.plan.prefill?.id.rawValue == prefill }).harm
        }
        let charged = plans(
            UplinkCharge(outSecondsPerByte: 1e-6, intoSecondsPerByte: 5, sharesPrefixes: true)
        )
        let bytes = try #require(charged.first { $0.plan.prefill?.id.rawValue == "p2" }).wireBytes
        #expect(try harm("p2", charged) == .fromSeconds(1e-6 * Double(bytes)))
        #expect(try harm("p1", charged) == .zero && harm("p2", plans(UplinkCharge())) == .zero)
    }

    @Test func `prefixes are not fetched across a full uplink`() {
        var table = LinkTable(settings: LinkTableSettings())
        let ids = ["p1", "d1", "d2"].map(WorkerID.init(rawValue:))
        for (id, site) in zip(ids, ["near", "near", "far"]) { table.register(id, site: site) }
        table.charge(
            UplinkCharge(outSecondsPerByte: 0, intoSecondsPerByte: 0, sharesPrefixes: false),
            at: "far"
        )
        #expect(table.share(from: ids[0], to: ids[1]).sharesPrefixes)
        #expect(!table.share(from: ids[2], to: ids[0]).sharesPrefixes)
        #expect(!table.share(from: ids[0], to: ids[2]).sharesPrefixes)
    }
}
