/// Bucket bounds, close enough to read a 99th percentile within a quarter of its value where it matters.
enum MetricBounds {
    /// Whole requests and first tokens, in seconds.
    static let requestSeconds: [Double] = [
        0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 7.5,
        10, 15,
        20, 30, 60, 120, 300, 600,
    ]

    /// Single tokens, engine steps and hand-offs, in seconds.
    static let tokenSeconds: [Double] = [
        0.000_5, 0.001, 0.002, 0.003, 0.005, 0.007_5, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.06, 0.08,
        0.1,
        0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10,
    ]

    /// Tokens of a step.
    static let tokens: [Double] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384]

    /// Values of unknown size.
    static let values: [Double] = (-3...9).flatMap { exponent in
        [1, 2.5, 5].map { digit in
            (0..<abs(exponent)).reduce(digit) { value, _ in exponent < 0 ? value / 10 : value * 10 }
        }
    }
}
