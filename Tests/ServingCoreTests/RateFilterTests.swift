import Testing

@testable import ServingCore

/// How fast a path's rate follows what samples show.
@Suite struct RateFilterTests {
    /// A filter that has seen a path carry 100 MB/s for long.
    private static func settled() -> RateFilter {
        var filter = RateFilter(prior: 10e6)
        for _ in 0..<20 { filter.add(PathSample(low: 100e6, high: 100e6, duration: .milliseconds(200))) }
        return filter
    }

    @Test(
        "a fall is believed after three samples, and the sooner the longer they are",
        arguments: [
            (milliseconds: 20, samples: 2, most: 100e6, least: 100e6), (20, 3, 80e6, 70e6),
            (20, 30, 1.1e6, 1e6),
            (200, 10, 1.5e6, 1e6), (1_000, 4, 5e6, 1e6), (1_000, 6, 1.1e6, 1e6),
        ]
    )
    func falls(milliseconds: Int, samples: Int, most: Double, least: Double) {
        var filter = Self.settled()
        for _ in 0..<samples {
            filter.add(PathSample(low: 1e6, high: 1e6, duration: .milliseconds(milliseconds)))
        }
        #expect((least...most).contains(filter.rate), "\(filter.rate) bytes/s")
    }

    @Test("one long sample far below the rest changes nothing")
    func oneIsNoise() {
        var filter = Self.settled()
        filter.add(PathSample(low: 1e6, high: 1e6, duration: .seconds(1)))
        #expect(filter.rate == 100e6)
    }
}
