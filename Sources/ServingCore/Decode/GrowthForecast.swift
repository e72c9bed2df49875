/// How many more blocks the running sequences will come to need at the same time.
///
/// Sequences grow together and end one after another, so the peak lies at one of their ends: when the k-th shortest
/// ends, all that last longer have grown by as much, and those before have given their blocks back. The mean of that,
/// and a margin for answers that last longer than expected. Source: Past-Future scheduling (LightLLM, ASPLOS 2025).
struct GrowthForecast: Sendable {
    /// One sequence that holds blocks.
    struct Sequence: Hashable, Sendable {
        /// Blocks that it holds.
        var heldBlocks: Int
        /// Tokens in its cache, those included that are on their way.
        var tokens: Int
        /// Tokens that are expected to follow.
        var remaining: Int
        /// Tokens that can follow at most.
        var limit: Int
    }

    /// Ends that are looked at; of more sequences, evenly spread ones.
    private static let maxEnds = 32

    /// Tokens of a block.
    var blockTokens: Int
    /// Standard deviations beside the mean.
    var margin: Double

    /// Blocks beyond those held that must be there for all to go on; O(sequences).
    func growth(of sequences: [Sequence]) -> Int {
        let held = sequences.reduce(0) { $0 + $1.heldBlocks }
        let byEnd = sequences.sorted { ($0.remaining, $0.tokens) > ($1.remaining, $1.tokens) }
        let stride = max(1, (byEnd.count + Self.maxEnds - 1) / Self.maxEnds)
        var peak = 0
        for index in byEnd.indices where index % stride == 0 || index == byEnd.count - 1 {
            let elapsed = byEnd[index].remaining
            let needed = byEnd[...index].reduce(0) { $0 + blocks(of: $1, after: elapsed) }
            peak = max(peak, needed - held)
        }
        let most = sequences.reduce(0) { $0 + blocks(of: $1, after: $1.limit) - $1.heldBlocks }
        return min(most, peak + spread(of: sequences))
    }

    /// An answer's length is taken to vary as much as its mean, as if each token could be the last.
    private func spread(of sequences: [Sequence]) -> Int {
        guard margin > 0 else { return 0 }
        let variance = sequences.reduce(0.0) { sum, sequence in
            // What lies within the blocks that it holds needs no room.
            let most = blocks(of: sequence, after: sequence.limit) - sequence.heldBlocks
            let mean = Double(sequence.remaining) / Double(blockTokens)
            let deviation = min(mean, Double(most))
            return sum + deviation * deviation
        }
        return Int((margin * variance.squareRoot()).rounded(.up))
    }

    private func blocks(of sequence: Sequence, after tokens: Int) -> Int {
        let count = sequence.tokens + min(tokens, sequence.limit)
        return max(sequence.heldBlocks, (count + blockTokens - 1) / blockTokens)
    }
}
