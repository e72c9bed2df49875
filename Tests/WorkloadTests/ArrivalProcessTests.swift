import Foundation
import ServingTypes
import Testing

@testable import Workload

/// Requests are sent when the process says, and the load asked for is the load sent.
@Suite struct ArrivalProcessTests {
    static let processes: [ArrivalProcess] = [
        .poisson(rate: 10), .gamma(rate: 3.5, burstiness: 0.25), .gamma(rate: 800, burstiness: 8),
        .constant(rate: 7),
    ]

    @Test(arguments: processes, [1, 2, 1_000])
    func `the last request is sent at count over rate, whatever the seed`(process: ArrivalProcess, count: Int)
        throws
    {
        let rate = try #require(process.rate)
        for seed in UInt64(1)...5 {
            let times = try process.schedule(count: count, seed: seed)
            #expect(times.count == count)
            let missed = try #require(times.last) - .fromSeconds(Double(count) / rate)
            #expect(abs(missed.nanoseconds) <= 1, "\(process), seed \(seed)")
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, "\(process), seed \(seed)")
            #expect(try process.schedule(count: count, seed: seed) == times)
        }
    }

    @Test(arguments: [(0.25, 4.0), (0.5, 2), (1, 1), (4, 0.25), (16, 0.0625)])
    func `gaps vary as the gamma distribution of the burstiness does`(burstiness: Double, variance: Double)
        throws
    {
        let times = try ArrivalProcess.gamma(rate: 1, burstiness: burstiness).schedule(count: 40_000, seed: 9)
        let gaps = zip(times, [.zero] + times).map { ($0 - $1).inSeconds }
        let found = gaps.map { ($0 - 1) * ($0 - 1) }.reduce(0, +) / Double(gaps.count)
        #expect(abs(found / variance - 1) < 0.08, "variance \(found), not \(variance)")
        // The third moment tells a gamma distribution from others of the same variance: skewness is 2 /
        // √shape.
        let third = gaps.map { ($0 - 1) * ($0 - 1) * ($0 - 1) }.reduce(0, +) / Double(gaps.count)
        let skewness = third / (found * found.squareRoot())
        #expect(abs(skewness / (2 / burstiness.squareRoot()) - 1) < 0.15, "skewness \(skewness)")
    }

    @Test func `a burstiness of one is a Poisson process, and a seed means one schedule`() throws {
        let poisson = try ArrivalProcess.poisson(rate: 100).schedule(count: 50, seed: 1)
        #expect(try ArrivalProcess.gamma(rate: 100, burstiness: 1).schedule(count: 50, seed: 1) == poisson)
        #expect(try ArrivalProcess.poisson(rate: 100).schedule(count: 50, seed: 2) != poisson)
        let few = try ArrivalProcess.poisson(rate: 100).schedule(count: 4, seed: 1).map(\.nanoseconds)
        #expect(few == Self.fixed, "a seed must mean the same schedule in every version and on every machine")
    }

    static let fixed: [Int64] = [7_126_683, 18_345_765, 29_574_616, 40_000_000]

    @Test func `equal gaps are equal`() throws {
        let times = try ArrivalProcess.constant(rate: 4).schedule(count: 4, seed: 0)
        #expect(times == [.milliseconds(250), .milliseconds(500), .milliseconds(750), .seconds(1)])
    }

    @Test(arguments: [ArrivalProcess.allAtOnce, .closedLoop(concurrency: 3)])
    func `without times of their own all requests may go at once`(process: ArrivalProcess) throws {
        #expect(try process.schedule(count: 3, seed: 0) == [.zero, .zero, .zero])
        #expect(!process.isOpenLoop)
    }

    @Test func `recorded arrivals begin at zero and are stretched`() throws {
        let offsets: [Duration] = [.seconds(5), .seconds(6), .seconds(6), .seconds(9)]
        let half = ArrivalProcess.trace(offsets: offsets, timeScale: 0.5)
        #expect(
            try half.schedule(count: 4, seed: 0) == [
                .zero, .milliseconds(500), .milliseconds(500), .seconds(2),
            ]
        )
        #expect(try half.schedule(count: 2, seed: 0) == [.zero, .milliseconds(500)])
    }

    @Test(arguments: [RateRamp.Curve.linear, .exponential])
    func `a ramp by request has the rate of each request's place`(curve: RateRamp.Curve) throws {
        let ramp = RateRamp(curve, from: 1, to: 4, burstiness: .infinity)
        let times = try ArrivalProcess.ramp(ramp).schedule(count: 3, seed: 0).map(\.inSeconds)
        let middle = curve == .linear ? 2.5 : 2
        let expected = [1, 1 + 1 / middle, 1 + 1 / middle + 0.25]
        #expect(zip(times, expected).allSatisfy { abs($0 - $1) < 1e-8 }, "\(times)")
    }

    @Test(arguments: [
        // Requests sent in the first 10 s are the mean rate times 10; then the rate stays.
        (RateRamp.Curve.linear, 2.0, 10.0, 60), (.exponential, 1, 4, 21), (.linear, 10, 2, 60),
        (.linear, 3, 3, 30),
    ])
    func `a ramp over time sends the integral of its rate`(
        curve: RateRamp.Curve,
        from: Double,
        to: Double,
        sent: Int
    )
        throws
    {
        let ramp = RateRamp(curve, from: from, to: to, over: .time(.seconds(10)), burstiness: .infinity)
        let times = try ArrivalProcess.ramp(ramp).schedule(count: sent + Int(to), seed: 0)
        #expect(times.count { $0 <= .seconds(10) } == sent)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
        let afterwards = try #require(times.last) - times[sent - 1]
        #expect(abs(afterwards.inSeconds - 1) < 1 / to, "\(afterwards) for \(to) requests")
    }

    @Test(arguments: [
        (ArrivalProcess.poisson(rate: 0), WorkloadError.notPositive("request rate", 0)),
        (.constant(rate: -1), .notPositive("request rate", -1)),
        (.poisson(rate: .infinity), .notPositive("request rate", .infinity)),
        (.gamma(rate: 1, burstiness: 0), .notPositive("burstiness", 0)),
        (.closedLoop(concurrency: 0), .notPositive("concurrency", 0)),
        (.trace(offsets: [.zero], timeScale: 0), .notPositive("time scale", 0)),
        (.trace(offsets: [.zero], timeScale: 1), .tooFewRecorded(asked: 2, recorded: 1)),
        (.trace(offsets: [.seconds(2), .seconds(1)], timeScale: 1), .timesGoBack(index: 1)),
        (.ramp(RateRamp(.linear, from: 0, to: 1)), .notPositive("ramp start rate", 0)),
        (.ramp(RateRamp(.linear, from: 1, to: 2, over: .time(.zero))), .notPositive("ramp time", 0)),
    ])
    func `what cannot be scheduled is refused with its value`(
        process: ArrivalProcess,
        expected: WorkloadError
    ) {
        #expect(throws: expected) { try process.schedule(count: 2, seed: 0) }
    }

    @Test func `logarithm and exponential agree with the platform's`() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<20_000 {
            let x = Mathematics.exp((random.fraction() - 0.5) * 1_400)
            let log = Foundation.log(x)
            #expect(abs(Mathematics.log(x) - log) <= max(abs(log), 0.3) * 4 * .ulpOfOne, "log \(x)")
            let y = (random.fraction() - 0.5) * 1_400
            let exp = Foundation.exp(y)
            #expect(abs(Mathematics.exp(y) - exp) <= exp * 4 * .ulpOfOne, "exp \(y)")
        }
        #expect(Mathematics.log(1) == 0)
        #expect(Mathematics.exp(0) == 1)
        #expect(Mathematics.exp(-800) == 0)
        #expect(Mathematics.exp(800) == .infinity)
    }
}
