import Testing

@testable import Settings

@Suite struct MeasureUnitTests {
    @Test(arguments: [
        ("30s", 30_000_000_000), ("500ms", 500_000_000), ("1.5h", 5_400_000_000_000), ("0s", 0), ("7ns", 7),
        ("0.000001ms", 1), ("0.0000001ms", nil), ("9223372036s", 9_223_372_036_000_000_000),
        ("9223372037s", nil), ("99999999999999999999s", nil), ("s", nil), ("", nil), ("1", nil), ("1 s", nil),
        ("-1s", nil), ("1.s", nil), (".5s", nil), ("1.2.3s", nil), ("1S", nil), ("1sec", nil), ("١s", nil),
    ])
    func times(text: String, nanoseconds: Int?) {
        #expect(MeasureUnit.parse(text, MeasureUnit.times) == nanoseconds)
    }

    @Test(arguments: [
        ("8MiB", 8 << 20), ("1.5GiB", 3 << 29), ("100MB", 100_000_000), ("1kB", 1_000), ("3B", 3),
        ("0.5B", nil),
        ("1K", nil), ("1kb", nil), ("8 MiB", nil),
    ])
    func sizes(text: String, bytes: Int?) { #expect(MeasureUnit.parse(text, MeasureUnit.sizes) == bytes) }

    @Test(arguments: [("1Gbit/s", 125_000_000), ("100MB/s", 100_000_000), ("8kbit/s", 1_000), ("1Gb/s", nil)])
    func rates(text: String, bytes: Int?) { #expect(MeasureUnit.parse(text, MeasureUnit.rates) == bytes) }

    @Test("a shown value reads back as itself")
    func roundTrip() {
        let seed = UInt64.random(in: 0...(.max))
        var state = seed
        for _ in 0..<2_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Int((state >> 1) >> (state & 63))
            for units in [MeasureUnit.times, MeasureUnit.sizes, MeasureUnit.rates] {
                let text = MeasureUnit.show(value, units)
                #expect(MeasureUnit.parse(text, units) == value, "\(text), seed \(seed)")
            }
        }
    }

    @Test(arguments: [
        ("listen", "listen", 0), ("lisen", "listen", 1), ("lsiten", "listen", 1), ("", "abc", 3),
        ("abc", "", 3),
        ("listne", "listen", 1), ("port", "listen", 5),
    ])
    func distance(left: String, right: String, expected: Int) {
        #expect(KeyDistance.between(left, right) == expected)
    }
}
