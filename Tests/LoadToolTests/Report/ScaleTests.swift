import Testing

@testable import LoadTool

@Suite struct ScaleTests {
    @Test(arguments: [
        (
            "a linear axis starts at zero and ends at a round number", [12.0, 87],
            Scale.linear(lower: 0, upper: 100)
        ),
        ("a round largest value is the end itself", [5, 10], .linear(lower: 0, upper: 10)),
        ("small values get a small axis", [0.03, 0.011], .linear(lower: 0, upper: 0.03)),
        ("nothing but zeros gets an axis all the same", [0, 0], .linear(lower: 0, upper: 1)),
        ("what is not finite has no say", [.infinity, .nan, 4], .linear(lower: 0, upper: 4)),
    ])
    func fromZero(requirement: String, values: [Double], expected: Scale) throws {
        let scale = Scale.fromZero(to: values)
        guard case .linear(let lower, let upper) = scale, case .linear(_, let end) = expected else {
            Issue.record("\(scale) is not linear")
            return
        }
        #expect(lower == 0 && abs(upper - end) < 1e-12, "\(requirement): \(scale)")
    }

    @Test(arguments: [
        (
            "ends are 1, 2 or 5 times powers of ten", [3.0, 700],
            Scale.logarithmic(lower: 2, upper: 1_000, hasZero: false)
        ),
        ("a single value gets an axis around it", [10], .logarithmic(lower: 10, upper: 100, hasZero: false)),
        ("zeros are told apart", [0, 20, 50], .logarithmic(lower: 20, upper: 50, hasZero: true)),
        (
            "nothing above zero gets an axis all the same", [0],
            .logarithmic(lower: 0.1, upper: 1, hasZero: true)
        ),
        ("no values at all", [], .logarithmic(lower: 0.1, upper: 1, hasZero: false)),
    ])
    func ratio(requirement: String, values: [Double], expected: Scale) {
        #expect(Scale.ratio(around: values) == expected, "\(requirement)")
    }

    @Test(arguments: [
        ("linear", Scale.linear(lower: 0, upper: 200), 50.0, 0.25),
        ("linear, beyond the end", .linear(lower: 0, upper: 200), 500, 1),
        ("linear, before the start", .linear(lower: 0, upper: 200), -1, 0),
        ("logarithmic", .logarithmic(lower: 1, upper: 10_000, hasZero: false), 100, 0.5),
        ("zero without a place of its own", .logarithmic(lower: 1, upper: 100, hasZero: false), 0, 0),
        ("zero apart", .logarithmic(lower: 1, upper: 100, hasZero: true), 0, 0),
        ("the least value stands clear of zero", .logarithmic(lower: 1, upper: 100, hasZero: true), 1, 0.08),
        ("the largest value with zero apart", .logarithmic(lower: 1, upper: 100, hasZero: true), 100, 1),
        ("the first nine", .nines(3), 0.9, 1.0 / 3),
        ("the third nine", .nines(3), 0.999, 1),
        ("the quantile 1 has no place but the end", .nines(3), 1, 1),
        ("the quantile 0", .nines(3), 0, 0),
    ])
    func position(requirement: String, scale: Scale, value: Double, expected: Double) {
        #expect(
            abs(scale.position(of: value) - expected) < 1e-9,
            "\(requirement): \(scale.position(of: value))"
        )
    }

    @Test(arguments: [
        ("fives", Scale.linear(lower: 0, upper: 20), ["0", "5", "10", "15", "20"]),
        ("tenths", .linear(lower: 0, upper: 0.5), ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]),
        (
            "thousands apart", .linear(lower: 0, upper: 5_000),
            ["0", "1,000", "2,000", "3,000", "4,000", "5,000"]
        ),
        ("an end that is no tick", .linear(lower: 0, upper: 61.4), ["0", "20", "40", "60"]),
        (
            "1, 2, 5 on few decades", .logarithmic(lower: 10, upper: 200, hasZero: false),
            ["10", "20", "50", "100", "200"]
        ),
        (
            "decades on many", .logarithmic(lower: 0.1, upper: 1_000, hasZero: false),
            ["0.1", "1", "10", "100", "1,000"]
        ),
        ("zero is written as zero", .logarithmic(lower: 1, upper: 2, hasZero: true), ["0", "1", "2"]),
        (
            "every other of very many decades", .logarithmic(lower: 1, upper: 1e8, hasZero: false),
            ["1", "100", "10,000", "1,000,000", "100,000,000"]
        ),
        ("nines", .nines(3.2), ["0 %", "50 %", "90 %", "99 %", "99.9 %"]),
    ])
    func ticks(requirement: String, scale: Scale, expected: [String]) {
        let ticks = scale.ticks()
        #expect(ticks.compactMap(\.label) == expected, "\(requirement)")
        #expect(ticks.map(\.position) == ticks.map(\.position).sorted(), "\(requirement): ticks rise")
        #expect(ticks.allSatisfy { (0...1).contains($0.position) }, "\(requirement)")
    }

    @Test func `an axis says that it is logarithmic`() {
        #expect(Axis("TTFT (ms)", .ratio(around: [1, 10])).title == "TTFT (ms), log scale")
        #expect(Axis("TTFT (ms)", .fromZero(to: [1, 10])).title == "TTFT (ms)")
    }
}
