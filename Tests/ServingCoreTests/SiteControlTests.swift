import ServingTypes
import Testing

@testable import ServingCore

@Suite struct SiteControlTests {
    static let capacity = 1e8

    /// Steps a control four times a second against a link that carries what is placed as fast as it can.
    ///
    /// - Parameter load: share of the capacity that is sent across, at a time that a transfer would wait.
    static func run(
        _ control: inout UplinkControl,
        seconds: Range<Int>,
        load: (_ waitSeconds: Double) -> Double,
        look: (Int, UplinkControl) -> Void = { _, _ in }
    ) {
        var queue = 0.0
        for tick in seconds.lowerBound * 4..<seconds.upperBound * 4 {
            let placed = load(control.waitSeconds) * capacity / 4
            queue += placed
            let sent = min(queue, capacity / 4)
            queue -= sent
            control.place(bytes: Int(placed))
            let sample = UplinkSample(bytesPerSecond: sent * 4, inFlightBytes: Int(queue), capacity: capacity)
            control.step(sample, now: .zero + .milliseconds(250) * tick)
            look(tick, control)
        }
    }

    @Test func `nothing waits below the limit, and the wait ends with the load`() {
        var control = UplinkControl(limits: SiteLimits())
        Self.run(&control, seconds: 0..<60) { _ in 0.75 }
        #expect(control.waitSeconds == 0 && !control.sharesPrefixes)
        // 20 s at 1.6 of the capacity, of which 0.8 drains: 20 s of queue, of which all but the first count twice.
        Self.run(&control, seconds: 60..<80) { _ in 1.6 }
        #expect(abs(control.queueSeconds - 20) < 0.5)
        #expect(abs(control.waitSeconds - 39) < 1)
        Self.run(&control, seconds: 80..<105) { _ in 0 }
        #expect(control.waitSeconds == 0 && control.sharesPrefixes)
    }

    @Test func `what was placed counts before the link shows it`() {
        var control = UplinkControl(limits: SiteLimits())
        let idle = UplinkSample(bytesPerSecond: 0, inFlightBytes: 0, capacity: Self.capacity)
        control.step(idle, now: .zero)
        control.place(bytes: Int(0.4 * Self.capacity))
        #expect(abs(control.waitSeconds - 0.5) < 1e-6)
        control.step(idle, now: .zero + .milliseconds(250))
        #expect(abs(control.waitSeconds - 0.25) < 1e-6)
    }

    @Test func `what is on its way counts, whoever sent it`() {
        var control = UplinkControl(limits: SiteLimits())
        for tick in 0..<3 {
            let sample = UplinkSample(
                bytesPerSecond: 1,
                inFlightBytes: Int(4 * Self.capacity),
                capacity: Self.capacity
            )
            control.step(sample, now: .zero + .milliseconds(250) * tick)
        }
        #expect(control.queueSeconds == 5 && !control.sharesPrefixes)
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

    /// Each prompt crosses if it gains more by that than it waits: few gain much, so that the longer the wait, the
    /// fewer cross.
    @Test(arguments: UInt64(0)..<80)
    func `the load settles below the limit, and the capacity is not given away`(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let offered = Double(random.int(in: 50...400)) / 100
        let patience = Double(random.int(in: 5...500)) / 100
        var noise = SplitMix64(seed: seed ^ 0x5EED)
        var control = UplinkControl(limits: SiteLimits())
        var (placed, worst, count) = (0.0, 0.0, 0)
        Self.run(&control, seconds: 0..<900) { wait in
            let jitter = 0.5 + Double(noise.int(in: 0...1_000)) / 1_000
            return jitter * offered / (1 + wait / patience)
        } look: { tick, control in
            guard tick >= 600 * 4 else { return }
            placed += control.utilisation
            worst = max(worst, control.waitSeconds)
            count += 1
        }
        let mean = placed / Double(count)
        #expect(mean <= 0.81, "seed \(seed): mean utilisation \(mean)")
        #expect(mean >= min(0.85 * offered, 0.76), "seed \(seed): mean utilisation \(mean) of \(offered)")
        // As long as makes the others stay away, and the look between.
        let needed = max(0, patience * (offered / 0.8 - 1))
        #expect(worst <= 2 * needed + 1 + offered, "seed \(seed): waits \(worst) s, \(needed) s are enough")
    }

    @Test func `the wait reaches the plans that cross, and no others`() throws {
        let workers = ["p1", "p2", "d1"].map { name in
            var worker = PlacementTests.worker(name).snapshot
            worker.site = name == "p2" ? "far" : "near"
            return worker
        }
        func plans(_ charge: UplinkCharge) -> ScoredPlans {
            var table = LinkTable(settings: LinkTableSettings())
            for worker in workers { table.register(worker.ref.id, site: worker.site) }
            table.charge(charge, at: "far")
            let placement = Placement(settings: PlacementSettings(layout: PlacementTests.layout))
            return placement.place(
                PlacementRequest(tokens: 1_000, capacityTokens: 1_100),
                in: ClusterSnapshot(workers: workers, links: table)
            )
        }
        func gap(_ prefill: String, _ plans: ScoredPlans) throws -> Duration {
            try #require(plans.first { $0.plan.prefill?.id.rawValue == prefill }).predictedGap
        }
        let (free, full) = (
            plans(UplinkCharge()),
            plans(
                UplinkCharge(out: .init(waitSeconds: 60), into: .init(waitSeconds: 90), sharesPrefixes: true)
            )
        )
        // What enters the far site concerns nobody here; of the wait, the prefill hides as much as it lasts.
        let added = try gap("p2", full) - gap("p2", free)
        #expect(added > .seconds(55) && added <= .seconds(60))
        #expect(try gap("p1", full) == gap("p1", free))
    }

    @Test func `prefixes are not fetched across a full uplink`() {
        var table = LinkTable(settings: LinkTableSettings())
        let ids = ["p1", "d1", "d2"].map(WorkerID.init(rawValue:))
        for (id, site) in zip(ids, ["near", "near", "far"]) { table.register(id, site: site) }
        table.charge(
            UplinkCharge(out: .init(), into: .init(), sharesPrefixes: false),
            at: "far"
        )
        #expect(table.share(from: ids[0], to: ids[1]).sharesPrefixes)
        #expect(!table.share(from: ids[2], to: ids[0]).sharesPrefixes)
        #expect(!table.share(from: ids[0], to: ids[2]).sharesPrefixes)
    }
}
