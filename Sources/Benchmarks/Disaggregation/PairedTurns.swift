/// The answers of two clusters to the same prompts, in turns that alternate.
struct PairedTurns {
    /// One turn of each cluster: answer by answer to the same prompts.
    struct Pair {
        var single: [StreamedAnswer]
        var split: [StreamedAnswer]
    }

    /// One figure of both clusters.
    struct Comparison: Codable, Equatable {
        /// Over all answers of the single worker, in milliseconds.
        var single: MedianInterval
        /// Over all answers of the two workers.
        var split: MedianInterval
        /// Two workers relative to one: over the pairs, each by the medians of its turns.
        var ratio: MedianInterval
        /// What two workers take longer: over the pairs, in milliseconds.
        var added: MedianInterval
    }

    private(set) var pairs: [Pair] = []
    /// Prompts that were left out because nobody saw the first two tokens of their answer apart.
    private(set) var droppedCount = 0

    /// Adds a turn of each cluster, without prompts whose first two tokens came together from both.
    ///
    /// - Throws: ``BenchFailure`` when an answer differs: output must not depend on where it is computed.
    mutating func add(_ pair: Pair) throws(BenchFailure) {
        precondition(!pair.single.isEmpty && pair.single.count == pair.split.count, "turns of unequal length")
        for (one, other) in zip(pair.single, pair.split) where one.text != other.text {
            throw BenchFailure("one worker answered \(one.text), prefill and decode worker \(other.text)")
        }
        let kept = zip(pair.single, pair.split).filter { $0.isSeparate || $1.isSeparate }
        droppedCount += pair.single.count - kept.count
        guard !kept.isEmpty else { return }
        pairs.append(Pair(single: kept.map(\.0), split: kept.map(\.1)))
    }

    /// Compares a figure of all pairs; there must be one.
    func compare(_ figure: (StreamedAnswer) -> Double) -> Comparison {
        let turns = pairs.map { pair in
            (single: pair.single.map(figure), split: pair.split.map(figure))
        }
        let medians = turns.map { (Distribution($0.single).median, Distribution($0.split).median) }
        // Two tokens that come in one read have no gap: times count as at least a microsecond in ratios.
        let least = 0.001
        return Comparison(
            single: MedianInterval(turns.flatMap(\.single)),
            split: MedianInterval(turns.flatMap(\.split)),
            ratio: MedianInterval(medians.map { max($1, least) / max($0, least) }),
            added: MedianInterval(medians.map { $1 - $0 })
        )
    }
}
