import ServingTypes
import Testing

@testable import KVCodecs

/// What comes out is as close to what went in as each codec promises, row by row.
@Suite struct ErrorBoundTests {
    /// The most that an element of a row may be off.
    private func bound(_ codec: KVCodec, _ row: ArraySlice<Float>, _ layout: KVLayout, fraction: Float)
        -> Float
    {
        let largest = row.map(abs).max() ?? 0
        // An F16 scale, rounded up, and the rounding of the element itself.
        let scale: Float = largest / 127 * 1.001 + 0x1p-24
        let eightBits: Float = scale / 2
        let relative: Float = layout.type == .bf16 ? 0x1p-8 : 0x1p-11
        let rounding: Float = largest * relative + 0x1p-24
        guard codec == .cachegen else { return eightBits + rounding }
        let mean = row.reduce(0) { $0 + abs($1) } / Float(row.count)
        // A step is at most an eighth of an octave above what was asked for.
        let halfStep: Float = mean * fraction * 0.5453
        let coarsest: Float = max(eightBits, halfStep) * 1.001
        return coarsest + rounding + 0x1p-32
    }

    private func check(_ chunk: Chunk, _ codec: KVCodec, tokens: Range<Int>? = nil, _ label: String) throws {
        let layout = chunk.layout
        let before = Chunk.floats(chunk.bytes, layout.type)
        let after = Chunk.floats(try chunk.decoded(chunk.encoded(codec), codec), layout.type)
        let planes = 2 * layout.kvHeadCount
        for row in 0..<before.count / layout.headDim {
            let (plane, token) = row.quotientAndRemainder(dividingBy: layout.blockTokens)
            guard tokens?.contains(token) ?? true else { continue }
            let layer = plane / planes / chunk.blockCount
            let isKey = plane % planes < layout.kvHeadCount
            let fraction = CacheGenTuning.standard.fraction(layer: layer, of: layout, isKey: isKey)
            let range = row * layout.headDim..<(row + 1) * layout.headDim
            let limit = bound(codec, before[range], layout, fraction: fraction)
            let worst = range.map { abs(before[$0] - after[$0]) }.max() ?? 0
            #expect(worst <= limit, "\(label): row \(row) is off by \(worst), limit \(limit)")
            if worst > limit { return }
        }
    }

    @Test(arguments: Chunk.lossy, KVType.allCases)
    func `every element is within half a step`(codec: KVCodec, type: KVType) throws {
        for dim in [1, 3, 16, 32, 80, 128] {
            let layout = KVLayout.small(layers: 3, dim: dim, type: type)
            let chunk = Chunk(layout, layerCount: 3, blockCount: 3, seed: UInt64(dim))
            try check(chunk, codec, "head dim \(dim)")
        }
    }

    @Test(arguments: Chunk.lossy)
    func `blocks of every size are cut into groups of tokens`(codec: KVCodec) throws {
        for tokens in [1, 2, 8, 32, 64] {
            let chunk = Chunk(.small(dim: 32, tokens: tokens), blockCount: 4, seed: 9)
            try check(chunk, codec, "\(tokens) tokens per block")
        }
    }

    @Test(arguments: Chunk.lossy, KVType.allCases)
    func `garbage in unfilled tokens does not harm the filled ones`(codec: KVCodec, type: KVType) throws {
        var random = Randomness(seed: 4)
        for magnitude: Float in [0, 1e-4, 1, 3_000, 60_000] {
            var chunk = Chunk(.small(type: type), blockCount: 2, seed: 5)
            chunk.replace { cell, _, token, _ in
                cell == 1 && token >= 3 ? magnitude * Float.random(in: -1...1, using: &random) : nil
            }
            try check(chunk, codec, tokens: 0..<3, "garbage of \(magnitude)")
        }
    }

    @Test(arguments: Chunk.lossy)
    func `channels that keep their value within a block are predicted`(codec: KVCodec) throws {
        var random = Randomness(seed: 6)
        var chunk = Chunk(.small(), blockCount: 8, seed: 6)
        let plain = chunk.encoded(codec).count
        chunk.replace { (cell: Int, _: Int, _: Int, channel: Int) -> Float? in
            let offset: Int = 8 * ((cell * 31 + channel * 17) % 7) - 24
            return Float(offset) + Float.random(in: -0.5...0.5, using: &random)
        }
        try check(chunk, codec, "offsets")
        if codec == .cachegen { #expect(chunk.encoded(codec).count < plain) }
    }
}
