import Testing

@testable import Engine

/// Finding the highest scores without a sort loses nothing.
@Suite struct HighestScoresTests {
    @Test func `The highest scores are found as by a sort, ties going to the first`() {
        var random = Randomness(seed: 31)
        for round in 0..<200 {
            let count = Int.random(in: 1...400, using: &random)
            let kinds = Int.random(in: 1...50, using: &random)
            let scores = (0..<count).map { _ in
                Float(Int.random(in: 0..<kinds, using: &random)) * 0x1p-20 * Float(kinds)
            }
            let wanted = Int.random(in: 0...count, using: &random)
            let sorted = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
            let found = scores.withUnsafeBufferPointer { HighestScores.indices(of: $0, count: wanted) }
            #expect(found == sorted.prefix(wanted).sorted(), "round \(round) of seed 31")
        }
    }
}
