import ServingTypes

/// Lengths drawn evenly around given ones, as `vllm bench serve --dataset-name random` does.
public struct LengthRange: Hashable, Sendable {
    /// Prompt tokens, without a shared prefix, from the least to the most.
    public let input: ClosedRange<Int>
    /// Output tokens, from the least, at least 1, to the most.
    public let output: ClosedRange<Int>

    /// Lengths from ⌊n · (1 − r)⌋ to ⌈n · (1 + r)⌉ with the range ratio r (`--random-range-ratio`), 0 ≤ r <
    /// 1.
    /// - Throws: ``WorkloadError/outOfRange(_:value:allowed:)``.
    public init(inputTokens: Int, outputTokens: Int, rangeRatio: Double = 0) throws(WorkloadError) {
        guard rangeRatio >= 0, rangeRatio < 1 else {
            throw .outOfRange("range ratio", value: rangeRatio, allowed: 0...1.0.nextDown)
        }
        try WorkloadError.require("input length", inputTokens, in: 0...Self.limit)
        try WorkloadError.require("output length", outputTokens, in: 1...Self.limit)
        func bounds(_ length: Int) -> ClosedRange<Int> {
            let (low, high) = (Double(length) * (1 - rangeRatio), Double(length) * (1 + rangeRatio))
            return Int(low.rounded(.down))...Int(high.rounded(.up))
        }
        input = bounds(inputTokens)
        let outputs = bounds(outputTokens)
        output = max(outputs.lowerBound, 1)...max(outputs.upperBound, 1)
    }

    /// The greatest length that can be asked for, in tokens.
    public static let limit = 10_000_000

    func draw(_ random: inout SplitMix64) -> RequestLengths {
        RequestLengths(promptTokens: random.int(in: input), outputTokens: random.int(in: output))
    }
}
