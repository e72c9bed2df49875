internal import ServingTypes

/// A batch laid end to end: all new tokens as rows, and which runs of rows share a sequence.
struct StepPlan {
    /// Consecutive rows of one sequence.
    struct Run {
        /// Index of the sequence in the batch.
        let sequenceIndex: Int
        /// First row.
        let row: Int
        /// Rows.
        let count: Int
        /// Absolute position of the first row.
        let position: Int
    }

    /// Rows that are worked on together: bounds the memory of activations, and keeps them in the cache.
    static let tileRows = 256
    /// Rows of a sequence that share the reading of K and V.
    static let attentionRows = 32

    /// Rows of the batch.
    let rowCount: Int
    /// Absolute position of every row.
    let positions: [Int]
    /// Token of every row.
    let tokens: [TokenID]
    /// Index of every row's sequence in the batch.
    let owners: [Int]
    /// Ranges of rows that are worked on together, in order.
    let tiles: [Range<Int>]
    /// For each tile, its runs cut to at most ``attentionRows`` rows.
    let runs: [[Run]]
    /// Last rows of the sequences that sample, and the index of each such sequence.
    let sampled: [(row: Int, sequenceIndex: Int)]

    /// Lays `batch` end to end.
    init(_ batch: [StepSequence]) {
        var positions: [Int] = []
        var tokens: [TokenID] = []
        var owners: [Int] = []
        var sampled: [(row: Int, sequenceIndex: Int)] = []
        for (index, sequence) in batch.enumerated() {
            positions += sequence.position..<sequence.endPosition
            tokens += sequence.tokens
            owners += repeatElement(index, count: sequence.tokens.count)
            if sequence.sample != nil { sampled.append((tokens.count - 1, index)) }
        }
        let rowCount = tokens.count
        let tiles = stride(from: 0, to: rowCount, by: Self.tileRows).map {
            $0..<min($0 + Self.tileRows, rowCount)
        }
        runs = tiles.map { tile in
            var runs: [Run] = []
            var first = tile.lowerBound
            while first < tile.upperBound {
                let limit = min(first + Self.attentionRows, tile.upperBound)
                let end = owners[first..<limit].firstIndex { $0 != owners[first] } ?? limit
                runs.append(
                    Run(
                        sequenceIndex: owners[first],
                        row: first,
                        count: end - first,
                        position: positions[first]
                    )
                )
                first = end
            }
            return runs
        }
        self.rowCount = rowCount
        self.positions = positions
        self.tokens = tokens
        self.owners = owners
        self.tiles = tiles
        self.sampled = sampled
    }
}
