import ServingTypes
import Testing

@testable import KVCodecs

/// A payload comes from the network: any bytes are a typed error or cells, on every instruction set the same.
@Suite struct HostileBytesTests {
    private static let chunks = [
        Chunk(.small(dim: 32), blockCount: 3, seed: 1),
        Chunk(
            .small(layers: 2, heads: 1, dim: 20, type: .bf16, tokens: 4),
            layerCount: 2,
            blockCount: 2,
            seed: 2
        ),
        withRawCell(Chunk(.small(heads: 1, dim: 64, type: .f32), blockCount: 2, seed: 3)),
    ]

    private static func withRawCell(_ chunk: Chunk) -> Chunk {
        var chunk = chunk
        chunk.replace { cell, _, token, channel in cell == 0 && token == 1 && channel == 2 ? .nan : nil }
        return chunk
    }

    private enum Outcome: Equatable {
        case cells([UInt8])
        case refused(KVCodecError)
    }

    /// What every instruction set makes of the bytes; they must agree.
    @discardableResult
    private func decode(
        _ payload: [UInt8],
        _ codec: KVCodec,
        _ chunk: Chunk,
        _ memory: GuardedBytes,
        _ label: String
    )
        -> Outcome?
    {
        let guarded = memory.holding(payload)
        let outcomes = Chunk.kernels.map { kernels in
            do throws(KVCodecError) {
                return Outcome.cells(try chunk.decoded(guarded, codec, kernels: kernels))
            } catch {
                return Outcome.refused(error)
            }
        }
        #expect(outcomes.allSatisfy { $0 == outcomes[0] }, "\(label): instruction sets disagree")
        return outcomes.first
    }

    @Test(arguments: Chunk.lossy, chunks.indices)
    func `mutated payloads are refused or decoded`(codec: KVCodec, row: Int) throws {
        let chunk = Self.chunks[row]
        let sound = chunk.encoded(codec)
        let memory = try #require(GuardedBytes(capacity: 2 * sound.count + 64))
        var refused = 0
        for seed in UInt64(0)..<700 {
            var random = Randomness(seed: seed)
            var payload = sound
            for _ in 0...Int.random(in: 0...3, using: &random) {
                // The head and the tables are hit as often as the much longer rest.
                let reach = Bool.random(using: &random) ? min(96, payload.count) : payload.count
                let index = Int.random(in: 0..<reach, using: &random)
                payload[index] = UInt8.random(in: 0...255, using: &random)
            }
            let outcome = decode(payload, codec, chunk, memory, "seed \(seed)")
            if case .refused = outcome { refused += 1 }
        }
        #expect(refused > 0)
    }

    @Test(arguments: Chunk.lossy, chunks.indices)
    func `payloads of another length are refused`(codec: KVCodec, row: Int) throws {
        let chunk = Self.chunks[row]
        let sound = chunk.encoded(codec)
        let memory = try #require(GuardedBytes(capacity: sound.count + 64))
        var lengths = Array(0..<min(200, sound.count)) + [sound.count - 1, sound.count + 1, sound.count + 64]
        lengths += stride(from: 200, to: sound.count, by: 37)
        for length in lengths {
            let payload = Array((sound + [UInt8](repeating: 7, count: 64)).prefix(length))
            guard case .refused = decode(payload, codec, chunk, memory, "\(length) bytes") else {
                Issue.record("\(length) bytes instead of \(sound.count) were decoded")
                return
            }
        }
        #expect(decode(sound, codec, chunk, memory, "sound") == .cells(try chunk.decoded(sound, codec)))
    }

    @Test(arguments: Chunk.lossy, chunks.indices)
    func `random bytes behind a sound first byte are refused or decoded`(codec: KVCodec, row: Int) throws {
        let chunk = Self.chunks[row]
        let sound = chunk.encoded(codec)
        let memory = try #require(GuardedBytes(capacity: sound.count + 8))
        for seed in UInt64(0)..<500 {
            var random = Randomness(seed: seed)
            let kept = Int.random(in: 1...min(200, sound.count), using: &random)
            let payload = sound.indices.map { index in
                index < kept ? sound[index] : UInt8.random(in: 0...255, using: &random)
            }
            decode(payload, codec, chunk, memory, "seed \(seed), \(kept) bytes kept")
        }
    }

    @Test func `damage is named`() throws {
        let chunk = Self.chunks[0]
        let sound = (q8: chunk.encoded(.q8), cachegen: chunk.encoded(.cachegen))
        func error(_ codec: KVCodec, _ payload: [UInt8]) -> KVCodecError? {
            do {
                _ = try chunk.decoded(payload, codec)
                return nil
            } catch {
                return error as? KVCodecError
            }
        }
        func changed(_ payload: [UInt8], _ index: Int, _ value: UInt8) -> [UInt8] {
            var payload = payload
            payload[index] = value
            return payload
        }
        let last = sound.cachegen.count - 1
        let table: [(KVCodec, [UInt8], KVCodecError)] = [
            (.q8, sound.cachegen, .unknownFormat(codec: .q8, format: 0xC1)),
            (.cachegen, sound.q8, .unknownFormat(codec: .cachegen, format: 0x81)),
            (.q8, changed(sound.q8, 1, 0x80), .damaged(codec: .q8, field: .rawCells)),
            (.q8, changed(sound.q8, 3, 0x7C), .damaged(codec: .q8, field: .scale)),
            (
                .q8, sound.q8.dropLast(),
                .wrongLength(codec: .q8, expected: sound.q8.count, actual: sound.q8.count - 1)
            ),
            (.cachegen, changed(sound.cachegen, 1, 5), .damaged(codec: .cachegen, field: .groupTokens)),
            (.cachegen, changed(sound.cachegen, 10, 0xF0), .damaged(codec: .cachegen, field: .rawCells)),
            (.cachegen, changed(sound.cachegen, 11, 2), .damaged(codec: .cachegen, field: .planeKind)),
            (
                .cachegen, changed(sound.cachegen, last, ~sound.cachegen[last]),
                .damaged(codec: .cachegen, field: .ending)
            ),
        ]
        for (codec, payload, expected) in table { #expect(error(codec, payload) == expected) }
    }
}
