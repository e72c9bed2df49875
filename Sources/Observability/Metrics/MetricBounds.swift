/// Bucket bounds: close enough to read a 99th percentile within a quarter of its value where it matters, and holding
/// vLLM's, so that a histogram can be shown with those alone.
enum MetricBounds {
    /// Whole requests, their stages and first tokens, in seconds.
    static let requestSeconds: [Double] = [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75,
        0.8,
        1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 20, 30, 40, 50, 60, 80, 120, 160, 240, 480, 640, 960, 1_920,
        2_560,
        7_680,
    ]

    /// Single tokens, engine steps, transfers and hand-offs, in seconds.
    static let tokenSeconds: [Double] = [
        0.000_5, 0.001, 0.002, 0.003, 0.005, 0.007_5, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.06, 0.075,
        0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
    ]

    /// Tokens of a step.
    static let stepTokens: [Double] = [
        1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384,
    ]

    /// Tokens of a prompt or an answer.
    static let requestTokens: [Double] = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000,
        500_000, 1_000_000,
    ]

    /// Bytes of a transfer: 2 KiB to 8 GiB.
    static let transferBytes: [Double] = stride(from: 11, through: 33, by: 2).map { Double(1 << $0) }
}
