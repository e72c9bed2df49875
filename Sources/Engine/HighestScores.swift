/// Finds the highest of many scores without sorting them.
enum HighestScores {
    /// Digits of a score's bits, highest first: how far to shift, and how wide they are.
    private static let digits: [(shift: UInt32, width: UInt32)] = [(21, 11), (10, 11), (0, 10)]

    /// Indices of the `count` highest scores, ascending; of equal scores the first ones.
    ///
    /// The bits of numbers from 0 on have the order of the numbers, so the threshold is found digit by digit.
    /// - Parameter scores: none below 0; NaN counts as higher than any number.
    /// - Complexity: O(scores), four passes.
    static func indices(of scores: UnsafeBufferPointer<Float>, count: Int) -> [Int] {
        precondition(count >= 0 && count <= scores.count, "\(count) of \(scores.count) scores")
        guard count > 0 else { return [] }
        var (threshold, open) = (UInt32(0), count)
        for (shift, width) in digits {
            var histogram = [Int](repeating: 0, count: 1 << Int(width))
            let mask = UInt32(1) << width - 1
            for score in scores where score.bitPattern >> (shift + width) == threshold {
                histogram[Int(score.bitPattern >> shift & mask)] += 1
            }
            var digit = histogram.count - 1
            while histogram[digit] < open {
                open -= histogram[digit]
                digit -= 1
            }
            threshold = threshold << width | UInt32(digit)
        }
        var indices: [Int] = []
        indices.reserveCapacity(count)
        for (index, score) in scores.enumerated() where score.bitPattern >= threshold {
            if score.bitPattern == threshold {
                guard open > 0 else { continue }
                open -= 1
            }
            indices.append(index)
        }
        return indices
    }
}
