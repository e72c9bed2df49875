internal import Foundation

/// Natural logarithms of a softmax over logits, in double precision.
struct LogProbabilities {
    private let values: [Double]

    init(_ logits: [Float]) {
        let highest = Double(logits.max() ?? 0)
        let total = logits.reduce(0) { $0 + exp(Double($1) - highest) }
        let normalizer = highest + log(total)
        values = logits.map { Double($0) - normalizer }
    }

    /// Kullback-Leibler divergence of `other` from this distribution, in nats; 0 when they are equal.
    func divergence(of other: LogProbabilities) -> Double {
        zip(values, other.values).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
    }
}
