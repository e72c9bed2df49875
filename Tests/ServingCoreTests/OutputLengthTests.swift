import ServingTypes
import Testing

@testable import ServingCore

/// What is expected of the length of answers.
@Suite struct OutputLengthTests {
    private static let tenant = TenantTag(name: "alice")

    @Test func `nothing is expected before enough was seen, and never more than was asked for`() {
        var predictor = OutputLengthPredictor(quantile: 0.5)
        for count in 0..<8 {
            let expected = predictor.expect(Self.tenant, promptTokens: 100, maxTokens: 500)
            #expect(expected == nil, "after \(count)")
            predictor.learn(Self.tenant, promptTokens: 100, outputTokens: 200)
        }
        #expect(predictor.expect(Self.tenant, promptTokens: 100, maxTokens: 500) == 224)
        #expect(predictor.expect(Self.tenant, promptTokens: 100, maxTokens: 50) == 50)
    }

    @Test func `tenants and prompt lengths are told apart where they are known`() {
        var predictor = OutputLengthPredictor(quantile: 0.9)
        for _ in 0..<50 {
            predictor.learn(Self.tenant, promptTokens: 50, outputTokens: 8)
            predictor.learn(Self.tenant, promptTokens: 5_000, outputTokens: 1_024)
        }
        #expect(predictor.expect(Self.tenant, promptTokens: 40, maxTokens: 9_999) == 8)
        #expect(predictor.expect(Self.tenant, promptTokens: 6_000, maxTokens: 9_999) == 1_024)
        #expect(
            predictor.expect(Self.tenant, promptTokens: 500, maxTokens: 9_999) == 1_024,
            "all of its answers"
        )
        let stranger = TenantTag(name: "bob")
        #expect(predictor.expect(stranger, promptTokens: 40, maxTokens: 9_999) == 8, "everybody's")
    }

    @Test func `what was long ago counts less`() {
        var histogram = OutputLengthHistogram()
        for _ in 0..<2_000 { histogram.add(1_024) }
        for _ in 0..<1_000 { histogram.add(16) }
        #expect(histogram.quantile(0.9) == 16)
        #expect(histogram.total < 600)
    }

    @Test(arguments: [UInt64(21), 22])
    func `a quantile is right up to its bucket`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var histogram = OutputLengthHistogram()
        let lengths = (0..<255).map { _ in 1 << random.int(in: 0...10) + random.int(in: 0...40) }
        for length in lengths { histogram.add(length) }
        let sorted = lengths.sorted()
        for share in [0.1, 0.5, 0.9, 0.99] {
            let exact = sorted[Int((share * 255).rounded(.up)) - 1]
            let found = try #require(histogram.quantile(share))
            #expect(
                found >= exact && Double(found) <= Double(exact) * 1.25,
                "seed \(seed): \(found) for \(exact)"
            )
        }
    }

    @Test func `buckets rise from 1 to a million`() {
        let bounds = OutputLengthHistogram.bounds
        #expect(bounds.first == 1 && bounds.last == 1 << 20)
        #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 && Double($1) <= Double($0) * 2 })
        #expect(
            OutputLengthHistogram.bucket(of: 0) == 0
                && OutputLengthHistogram.bucket(of: .max) == bounds.count - 1
        )
    }
}
