/// Sums of one codec over prompts.
struct CodecTally {
    /// Bytes of KV before and after coding.
    var rawBytes = 0
    var codedBytes = 0
    /// Seconds spent on all of them, on one thread.
    var encodeSeconds = 0.0
    var decodeSeconds = 0.0
    /// Prompts, and those whose whole answer was right.
    var prompts = 0
    var right = 0
    /// Kullback-Leibler divergences of the next token from that with raw KV, in nats, one per decoded token.
    var divergences: [Double] = []

    /// Adds another's sums.
    mutating func add(_ other: CodecTally) {
        rawBytes += other.rawBytes
        codedBytes += other.codedBytes
        encodeSeconds += other.encodeSeconds
        decodeSeconds += other.decodeSeconds
        prompts += other.prompts
        right += other.right
        divergences += other.divergences
    }

    /// The report's row of these sums.
    func row(_ codec: String) -> CodecsReport.Codec {
        let sorted = divergences.sorted()
        let rank = max(0, Int((0.99 * Double(sorted.count)).rounded(.up)) - 1)
        func speed(_ seconds: Double) -> Double? { seconds > 0 ? Double(rawBytes) / seconds / 1e6 : nil }
        return CodecsReport.Codec(
            codec: codec,
            ratio: Double(codedBytes) / Double(max(rawBytes, 1)),
            right: Double(right) / Double(max(prompts, 1)),
            meanDivergence: sorted.reduce(0, +) / Double(max(sorted.count, 1)),
            p99Divergence: sorted.isEmpty ? 0 : sorted[rank],
            encodeMegabytesPerSecond: speed(encodeSeconds),
            decodeMegabytesPerSecond: speed(decodeSeconds)
        )
    }
}
