import ServingTypes
import Testing

@testable import Benchmarks

/// Figures are only as good as what sums them up.
@Suite struct TransferStatisticsTests {
    @Test(arguments: [
        ("one value is all its quantiles", [3.0], 0.99, 3.0),
        ("the median of an even count lies between", [4, 1, 3, 2], 0.5, 2.5),
        ("quantiles are linear between neighbours", [0, 10, 20, 30, 40], 0.9, 36.0),
        ("the ends are the extremes", [5, 9, 7], 1.0, 9.0),
    ])
    func `order statistics`(requirement: String, values: [Double], share: Double, expected: Double) {
        #expect(abs(Distribution(values).quantile(share) - expected) < 1e-12, "\(requirement)")
    }

    @Test func `equal ratios leave no doubt`() {
        let ratio = GeometricMean(ratiosOf: [1, 2, 4], to: [2, 4, 8])
        #expect(abs(ratio.estimate - 0.5) < 1e-12)
        #expect(abs(ratio.low - 0.5) < 1e-12 && abs(ratio.high - 0.5) < 1e-12)
    }

    @Test func `the interval is Student's on the logarithms`() {
        // Logarithms −0.1, 0, 0.1: mean 0, standard error 0.1/√3, t(2) = 4.303.
        let mean = GeometricMean([0.904_837_418, 1, 1.105_170_918])
        #expect(abs(mean.estimate - 1) < 1e-6)
        #expect(abs(mean.high - 1.281_99) < 1e-3, "\(mean.high)")
        #expect(abs(mean.low * mean.high - 1) < 1e-6)
    }

    @Test func `one value alone bounds nothing`() {
        let mean = GeometricMean([2])
        #expect(mean.estimate == 2 && mean.low == 0 && mean.high == .greatestFiniteMagnitude)
    }

    @Test(arguments: [(1, 12.706), (9, 2.262), (30, 2.042), (40, 2.021), (120, 1.980)])
    func `quantiles of Student's distribution`(freedom: Int, expected: Double) {
        #expect(abs(GeometricMean.student(freedom: freedom) - expected) < 0.003)
    }

    @Test func `nine of ten intervals of noisy ratios hold the truth`() {
        var generator = SplitMix64(seed: 7)
        var held = 0
        for _ in 0..<400 {
            let ratios = (0..<10).map { _ in 0.9 * Double.random(in: 0.8...1.25, using: &generator) }
            let mean = GeometricMean(ratios)
            // The geometric mean of uniform 0.8…1.25: exp of the mean logarithm, ∫ln x dx / 0.45.
            let truth = 0.9 * 1.016_68
            if mean.low <= truth, truth <= mean.high { held += 1 }
        }
        #expect((360...400).contains(held), "\(held) of 400")
    }

    @Test func `equal seeds give equal orders`() {
        var (one, two, other) = (
            SplitMix64(seed: 1), SplitMix64(seed: 1), SplitMix64(seed: 2)
        )
        let items = Array(0..<20)
        let order = items.shuffled(using: &one)
        #expect(order == items.shuffled(using: &two))
        #expect(order != items.shuffled(using: &other))
    }

    @Test(arguments: [
        // S/B, T, n, gap
        ("a fast link hides all but the last group", 0.2, 0.4, 8, 0.025),
        ("a link as fast as prefill hides all but the last group", 0.4, 0.4, 8, 0.05),
        ("a slow link shows what prefill could not cover", 0.8, 0.4, 8, 0.45),
        ("without groups nothing overlaps", 0.3, 0.4, 1, 0.3),
        ("without prefill nothing hides", 0.3, 0, 8, 0.3),
    ])
    func `the hand-off gap`(
        requirement: String,
        transfer: Double,
        prefill: Double,
        groups: Int,
        expected: Double
    ) {
        let gap = HandOffGap.predicted(
            transferSeconds: transfer,
            prefillSeconds: prefill,
            groupCount: groups
        )
        #expect(abs(gap - expected) < 1e-12, "\(requirement): \(gap)")
    }

    @Test(arguments: [
        (0.034, 0.025, true), (0.036, 0.025, false), (0.5, 0.45, true), (0.53, 0.45, false),
        (0.37, 0.45, false),
    ])
    func `gaps agree within 15 percent or 10 ms`(measured: Double, predicted: Double, agrees: Bool) {
        #expect(HandOffGap.agrees(measured: measured, predicted: predicted) == agrees)
    }
}
