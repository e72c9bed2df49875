import ServingTypes
import Testing

@testable import ServingCore

@Suite struct TrafficMeterTests {
    /// Ten requests a second for a while, stepped at odd intervals.
    static func meter(seconds: Int, stepsPerSecond: Int) -> TrafficMeter {
        var meter = TrafficMeter(horizon: .seconds(30))
        meter.step(elapsed: .zero)
        let step = Duration.milliseconds(1_000 / stepsPerSecond)
        for count in 0..<seconds * stepsPerSecond {
            for index in 0..<10 / stepsPerSecond {
                meter.submit()
                let isLocal = (count + index).isMultiple(of: 4)
                meter.place(
                    prefillSite: isLocal ? nil : index.isMultiple(of: 2) ? "here" : "there",
                    decodeSite: "here",
                    prompt: PromptMix(newTokens: isLocal ? 50 : 400, contextTokens: 800),
                    contextTokens: 800
                )
                meter.finish(decodeSite: "here", outputTokens: 60)
            }
            meter.step(elapsed: step)
        }
        return meter
    }

    @Test(arguments: [(2, 1), (20, 1), (20, 5), (300, 2), (300, 10)])
    func `rates and means are right from the first seconds, whatever the steps`(seconds: Int, steps: Int)
        throws
    {
        let demand = try #require(Self.meter(seconds: seconds, stepsPerSecond: steps).demand(at: "here"))
        #expect(abs(demand.decoded - 10) < 0.5, "\(demand.decoded)")
        #expect(abs(demand.offloaded - 0.75) < 0.08)
        #expect(abs(demand.prefill.newTokens - 400) < 1 && abs(demand.local.newTokens - 50) < 1)
        #expect(abs(demand.prefill.attention - 400 * 600) < 1)
        #expect(abs(demand.outputTokens - 60) < 1e-6 && demand.pressure == 1)
    }

    @Test func `what crosses is imported at one site and exported at the other`() throws {
        let meter = Self.meter(seconds: 60, stepsPerSecond: 1)
        let (here, there) = (try #require(meter.demand(at: "here")), try #require(meter.demand(at: "there")))
        #expect(abs(here.imported - there.exported) < 1e-9 && here.imported > 3)
        #expect(there.decoded == 0 && here.exported == 0 && there.imported == 0)
        #expect(there.outputTokens > 0, "means of all sites stand in for a site's own")
    }

    @Test func `silence forgets, and before anything nothing is known`() {
        var meter = Self.meter(seconds: 60, stepsPerSecond: 1)
        #expect(TrafficMeter(horizon: .seconds(30)).demand(at: "here") == nil)
        for _ in 0..<600 { meter.step(elapsed: .seconds(1)) }
        #expect(meter.demand(at: "here") == nil && meter.sites.isEmpty)
    }

    @Test func `requests that find no place press`() throws {
        var meter = Self.meter(seconds: 60, stepsPerSecond: 1)
        for _ in 0..<300 { meter.submit() }
        #expect(try #require(meter.demand(at: "here")).pressure > 1.5)
    }
}
