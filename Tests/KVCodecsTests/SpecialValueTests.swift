import ServingTypes
import Testing

@testable import KVCodecs

/// Cells that no quantization suits: zeros, constants, the largest numbers, NaN, noise.
@Suite struct SpecialValueTests {
    @Test(arguments: Chunk.lossy, KVType.allCases)
    func `zeros stay zeros`(codec: KVCodec, type: KVType) throws {
        let chunk = Chunk(.small(type: type), blockCount: 4)
        let payload = chunk.encoded(codec)
        #expect(try chunk.decoded(payload, codec) == chunk.bytes)
        if codec == .cachegen { #expect(payload.count < chunk.bytes.count / 16) }
    }

    @Test(arguments: Chunk.lossy, [Float(1), -0.37, 1e-7, 65_504, -65_504])
    func `a constant cell comes back within a hundredth`(codec: KVCodec, value: Float) throws {
        for type in KVType.allCases {
            var chunk = Chunk(.small(type: type), blockCount: 2)
            chunk.replace { _, _, _, _ in value }
            let after = Chunk.floats(try chunk.decoded(chunk.encoded(codec), codec), type)
            let tolerance = max(abs(value) / 4, 0x1p-23)
            #expect(after.allSatisfy { abs($0 - value) <= tolerance }, "\(type): \(after[0]) for \(value)")
        }
    }

    @Test(arguments: Chunk.lossy, [Float.nan, .infinity, -.infinity])
    func `a cell with a number that is not finite is kept as it is, and only that one`(
        codec: KVCodec,
        value: Float
    ) throws {
        for type in KVType.allCases {
            var chunk = Chunk(.small(type: type), blockCount: 3, seed: 2)
            chunk.replace { cell, plane, token, channel in
                cell == 1 && plane == 3 && token == 15 && channel == 63 ? value : nil
            }
            let after = try chunk.decoded(chunk.encoded(codec), codec)
            let size = chunk.layout.layerBlockBytes
            for cell in 0..<3 {
                let range = cell * size..<(cell + 1) * size
                #expect((after[range] == chunk.bytes[range]) == (cell == 1), "cell \(cell) of \(type)")
            }
        }
    }

    @Test(arguments: Chunk.lossy, [KVType.bf16, .f32])
    func `numbers beyond every scale are kept as they are`(codec: KVCodec, type: KVType) throws {
        var chunk = Chunk(.small(type: type), blockCount: 2, seed: 2)
        chunk.replace { cell, _, _, channel in cell == 0 && channel == 7 ? 3e38 : nil }
        let after = try chunk.decoded(chunk.encoded(codec), codec)
        let size = chunk.layout.layerBlockBytes
        #expect(after[..<size] == chunk.bytes[..<size])
        #expect(after[size...] != chunk.bytes[size...])
    }

    @Test(arguments: Chunk.lossy, KVType.allCases)
    func `any bits at all survive, within the limit of bytes`(codec: KVCodec, type: KVType) throws {
        for seed in UInt64(0)..<20 {
            var random = Randomness(seed: seed)
            let dim = Int.random(in: 1...70, using: &random)
            var chunk = Chunk(.small(heads: 1, dim: dim, type: type, tokens: 8), blockCount: 3)
            for index in chunk.bytes.indices {
                chunk.bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
            let payload = chunk.encoded(codec)
            let limit = ChunkCodec(codec, layout: chunk.layout).encodedBytesLimit(
                layerCount: 1,
                blockCount: 3
            )
            #expect(payload.count <= limit, "seed \(seed)")
            for kernels in Chunk.kernels {
                #expect(chunk.encoded(codec, kernels: kernels) == payload, "seed \(seed)")
                _ = try chunk.decoded(payload, codec, kernels: kernels)
            }
        }
    }

    @Test(arguments: [32, 64, 128])
    func `q8 takes at most 0.54 of the bytes`(dim: Int) {
        let chunk = Chunk(.small(dim: dim), blockCount: 4, seed: 1)
        #expect(Double(chunk.encoded(.q8).count) <= 0.54 * Double(chunk.bytes.count))
    }

    @Test(arguments: [32, 64, 128, 256])
    func `cachegen takes at most a third of the bytes, outlying channels included`(dim: Int) {
        var chunk = Chunk(.small(dim: dim), blockCount: 8, seed: 1)
        #expect(3 * chunk.encoded(.cachegen).count <= chunk.bytes.count)
        chunk.replace { _, plane, token, channel in
            plane < 2 && channel % 32 == 5 ? Float(20 + token % 3) : nil
        }
        #expect(3 * chunk.encoded(.cachegen).count <= chunk.bytes.count)
    }

    @Test func `speeds are measured for every lossy codec`() throws {
        let speeds = CodecSpeed.measure(layout: .small(layers: 32, heads: 8, dim: 128))
        #expect(speeds.map(\.codec) == Chunk.lossy)
        for speed in speeds {
            #expect(speed.encodeBytesPerSecond > 1e6 && speed.encodeBytesPerSecond.isFinite)
            #expect(speed.decodeBytesPerSecond > 1e6 && speed.decodeBytesPerSecond.isFinite)
            #expect(speed.ratio > 0.05 && speed.ratio < 0.54)
        }
    }
}
