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
        /// Cache index of the first row.
        let position: Int
    }

    /// The last rows of a sequence: their attention decides what is kept of its KV.
    struct Observation {
        /// First such row.
        let row: Int
        /// Rows, at least 1.
        let count: Int
        /// Observed rows of earlier sequences: where these lie in the workspace.
        let slot: Int
    }

    /// Rows that are worked on together: bounds the memory of activations, and keeps them in the cache.
    static let tileRows = 256
    /// Rows of a sequence that share the reading of K and V.
    static let attentionRows = 32

    /// Rows of the batch.
    let rowCount: Int
    /// Cache index of every row.
    let positions: [Int]
    /// Position of every row in its text.
    let rotaryPositions: [Int]
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
    /// For each sequence, the rows that are observed; `nil` when nothing is selected.
    let observations: [Observation?]
    /// Observed rows of all sequences.
    let observedRowCount: Int

    /// Lays `batch` end to end.
    init(_ batch: [StepSequence]) {
        var positions: [Int] = []
        var rotaryPositions: [Int] = []
        var tokens: [TokenID] = []
        var owners: [Int] = []
        var sampled: [(row: Int, sequenceIndex: Int)] = []
        for (index, sequence) in batch.enumerated() {
            positions += sequence.position..<sequence.endPosition
            rotaryPositions += (sequence.position..<sequence.endPosition).map { $0 + sequence.rotaryOffset }
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
        self.rotaryPositions = rotaryPositions
        self.tokens = tokens
        self.owners = owners
        self.tiles = tiles
        self.sampled = sampled
        observations = Self.observations(batch)
        observedRowCount = observations.reduce(0) { $0 + ($1?.count ?? 0) }
    }

    private static func observations(_ batch: [StepSequence]) -> [Observation?] {
        var (end, slot) = (0, 0)
        return batch.map { sequence in
            end += sequence.tokens.count
            guard let selection = sequence.selection else { return nil }
            let count = min(selection.queryTokens, sequence.tokens.count)
            defer { slot += count }
            return Observation(row: end - count, count: count, slot: slot)
        }
    }
}
