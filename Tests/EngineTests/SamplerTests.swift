import Foundation
import ServingTypes
import Testing

@testable import Engine

/// Each knob of sampling does what vLLM's does, and a draw depends on seed, choice and index only.
@Suite struct SamplerTests {
    /// Logits of tokens with these probabilities.
    private static func logits(_ probabilities: [Double]) -> [Float] { probabilities.map { Float(log($0)) } }

    private func sample(_ logits: [Float], output: [TokenID] = [], _ set: (inout SamplingParameters) -> Void)
        -> SampledToken?
    {
        var parameters = SamplingParameters()
        set(&parameters)
        let request = SampleRequest(parameters: parameters, output: output[...])
        return logits.withUnsafeBufferPointer { Sampler.sample($0, request) }
    }

    /// The tokens that 4,000 seeds draw, with their frequencies.
    private func frequencies(
        _ logits: [Float],
        output: [TokenID] = [],
        _ set: (inout SamplingParameters) -> Void
    ) -> [TokenID: Double] {
        var counts: [TokenID: Double] = [:]
        for seed in 0..<4_000 {
            let token = sample(logits, output: output) {
                set(&$0)
                $0.seed = UInt64(seed)
            }
            if let token { counts[token.id, default: 0] += 1.0 / 4_000 }
        }
        return counts
    }

    struct Row: Sendable {
        var requirement: String
        var probabilities: [Double]
        var output: [TokenID] = []
        var set: @Sendable (inout SamplingParameters) -> Void
        var expected: [TokenID: Double]
    }

    private static let four = [0.1, 0.4, 0.3, 0.2]
    static let rows: [Row] = [
        Row(
            requirement: "temperature 1 draws from the model's probabilities",
            probabilities: four,
            set: { _ in },
            expected: [0: 0.1, 1: 0.4, 2: 0.3, 3: 0.2]
        ),
        Row(
            requirement: "temperature 0.5 squares probabilities",
            probabilities: four,
            set: { $0.temperature = 0.5 },
            expected: [0: 0.01 / 0.3, 1: 0.16 / 0.3, 2: 0.09 / 0.3, 3: 0.04 / 0.3]
        ),
        Row(
            requirement: "top-k keeps the k most likely",
            probabilities: four,
            set: { $0.topK = 2 },
            expected: [1: 4.0 / 7, 2: 3.0 / 7]
        ),
        Row(
            requirement: "top-k keeps the lower id of a tie",
            probabilities: [0.25, 0.25, 0.25, 0.25],
            set: { $0.topK = 3 },
            expected: [0: 1.0 / 3, 1: 1.0 / 3, 2: 1.0 / 3]
        ),
        Row(
            requirement: "top-p keeps the smallest set that reaches p",
            probabilities: four,
            set: { $0.topP = 0.65 },
            expected: [1: 4.0 / 7, 2: 3.0 / 7]
        ),
        Row(
            requirement: "top-p 0 keeps the most likely",
            probabilities: four,
            set: { $0.topP = 0 },
            expected: [1: 1]
        ),
        Row(
            requirement: "top-p counts over what top-k left",
            probabilities: four,
            set: {
                $0.topK = 3
                $0.topP = 0.75  // 0.4 + 0.3 of 0.9 is 0.78; of 1 it would not do.
            },
            expected: [1: 4.0 / 7, 2: 3.0 / 7]
        ),
        Row(
            requirement: "min-p drops what is below a fraction of the most likely",
            probabilities: four,
            set: { $0.minP = 0.6 },
            expected: [1: 4.0 / 7, 2: 3.0 / 7]
        ),
        Row(
            requirement: "min-p acts after temperature",
            probabilities: four,
            set: {
                $0.temperature = 0.5
                $0.minP = 0.6
            },
            expected: [1: 1]
        ),
        Row(
            requirement: "top-p counts over what min-p left",
            probabilities: four,
            set: {
                $0.minP = 0.4
                $0.topP = 0.76
            },
            expected: [1: 4.0 / 7, 2: 3.0 / 7]
        ),
        Row(
            requirement: "logit bias shifts one token",
            probabilities: [0.5, 0.5],
            set: { $0.logitBias = [LogitBias(token: 0, bias: Float(log(3.0)))] },
            expected: [0: 0.75, 1: 0.25]
        ),
        Row(
            requirement: "logit bias of an unknown token has no effect",
            probabilities: [0.5, 0.5],
            set: { $0.logitBias = [LogitBias(token: 9, bias: 100)] },
            expected: [0: 0.5, 1: 0.5]
        ),
        Row(
            requirement: "presence penalty counts once",
            probabilities: [0.5, 0.5],
            output: [1, 1, 1],
            set: { $0.presencePenalty = Float(log(3.0)) },
            expected: [0: 0.75, 1: 0.25]
        ),
        Row(
            requirement: "frequency penalty counts occurrences",
            probabilities: [0.5, 0.5],
            output: [1, 0, 1, 1],
            set: { $0.frequencyPenalty = Float(log(3.0)) / 2 },
            expected: [0: 0.75, 1: 0.25]
        ),
        Row(
            requirement: "a tiny temperature is greedy",
            probabilities: four,
            set: { $0.temperature = 1e-30 },
            expected: [1: 1]
        ),
    ]

    @Test(arguments: rows)
    func `Four thousand seeds follow the expected distribution`(row: Row) {
        let found = frequencies(Self.logits(row.probabilities), output: row.output, row.set)
        #expect(Set(found.keys) == Set(row.expected.keys), "\(row.requirement): \(found)")
        for (token, probability) in row.expected {
            let deviation = (probability * (1 - probability) / 4_000).squareRoot()
            let difference = abs(found[token, default: 0] - probability)
            #expect(difference <= 4 * deviation + 1e-9, "\(row.requirement): \(found)")
        }
    }

    @Test func `Truncation of a large vocabulary equals a plain sort`() {
        var random = Randomness(seed: 6)
        for round in 0..<60 {
            let spread = Float.random(in: 0.01...20, using: &random)
            let weights: [Float] = (0..<3_000).map { _ in exp(-Float.random(in: 0...spread, using: &random)) }
            let highest = weights.max() ?? 1
            let scaled = weights.map { $0 / highest }
            var parameters = SamplingParameters()
            parameters.topK = round % 3 == 0 ? 0 : Int.random(in: 1...2_000, using: &random)
            parameters.topP = round % 4 == 0 ? 1 : Float.random(in: 0...1, using: &random)
            parameters.minP = round % 2 == 0 ? 0 : Float.random(in: 0...0.2, using: &random)
            var expected = scaled.indices.filter { scaled[$0] >= parameters.minP }
                .sorted { (scaled[$1], $0) < (scaled[$0], $1) }
            if parameters.topK > 0 { expected = Array(expected.prefix(parameters.topK)) }
            let total = expected.reduce(0.0) { $0 + Double(scaled[$1]) }
            var sum = 0.0
            let cut = expected.firstIndex {
                sum += Double(scaled[$0])
                return sum >= Double(parameters.topP) * total
            }
            if parameters.topP < 1, let cut { expected = Array(expected[...cut]) }
            let found = TruncatedCandidates.select(scaled, parameters)
            // The total is summed in another order: the last candidate may differ at the boundary.
            #expect(abs(found.count - expected.count) <= 1, "round \(round)")
            #expect(found.starts(with: expected.dropLast()), "round \(round)")
        }
    }

    @Test func `Greedy takes the highest, ties to the lower id, and penalties change it`() {
        let greedy: (inout SamplingParameters) -> Void = { $0.temperature = 0 }
        #expect(sample([1, 3, 3, 2], greedy)?.id == 1)
        let penalized = sample([1, 3, 3, 2], output: [1]) {
            $0.temperature = 0
            $0.presencePenalty = 0.1
        }
        #expect(penalized?.id == 2)
    }

    @Test func `A draw is a function of seed, choice and output index`() {
        var random = Randomness(seed: 7)
        let logits = (0..<2_000).map { _ in Float.random(in: -1...1, using: &random) }
        func draws(seed: UInt64, choice: UInt32) -> [TokenID?] {
            (0..<20).map { count in
                sample(logits, output: [TokenID](repeating: 0, count: count)) {
                    $0.seed = seed
                    $0.choiceIndex = choice
                }?.id
            }
        }
        let first = draws(seed: 1, choice: 0)
        #expect(first == draws(seed: 1, choice: 0))
        #expect(first != draws(seed: 2, choice: 0))
        #expect(first != draws(seed: 1 << 40, choice: 0))
        #expect(first != draws(seed: 1, choice: 1))
        #expect(Set(first).count > 15)
    }

    @Test func `Log probabilities are those of the raw logits`() throws {
        let token = try #require(
            sample(Self.logits(Self.four), output: [1]) {
                $0.temperature = 0
                $0.logitBias = [LogitBias(token: 0, bias: 50)]
                $0.presencePenalty = 1
                $0.topLogprobs = 3
            }
        )
        #expect(token.id == 0)
        #expect(abs((token.logprob ?? 0) - Float(log(0.1))) < 1e-6)
        #expect(token.top.map(\.token) == [1, 2, 3])
        for (entry, probability) in zip(token.top, [0.4, 0.3, 0.2]) {
            #expect(abs(entry.value - Float(log(probability))) < 1e-6)
        }
        let bare = sample(Self.logits(Self.four)) { $0.topLogprobs = 0 }
        #expect(bare?.logprob != nil)
        #expect(bare?.top.isEmpty == true)
        #expect(sample(Self.logits(Self.four)) { _ in }?.logprob == nil)
    }

    @Test(arguments: [[1, Float.nan], [Float.infinity, 1], [-Float.infinity, -Float.infinity]])
    func `Logits that are no numbers yield no token`(logits: [Float]) {
        #expect(sample(logits) { $0.temperature = 0 } == nil)
        #expect(sample([-.infinity, 1]) { _ in }?.id == 1)
    }
}
