import CKernels
import ServingTypes
import Testing

@testable import KVCodecs

/// Equal cells give equal bytes and equal bytes equal cells, whatever computes them.
@Suite struct EqualityTests {
    @Test(arguments: Chunk.lossy, KVType.allCases)
    func `every instruction set writes and reads the same bytes`(codec: KVCodec, type: KVType) throws {
        #expect(!Chunk.kernels.isEmpty)
        for dim in [1, 5, 15, 16, 17, 33, 64, 80, 96, 128, 200] {
            for tokens in [1, 4, 16, 32] {
                let layout = KVLayout.small(layers: 2, dim: dim, type: type, tokens: tokens)
                let chunk = Chunk(layout, layerCount: 2, blockCount: 3, seed: UInt64(dim * tokens))
                let payload = chunk.encoded(codec, kernels: Chunk.kernels[0])
                let cells = try chunk.decoded(payload, codec, kernels: Chunk.kernels[0])
                for kernels in Chunk.kernels.dropFirst() {
                    let label: Comment = "head dim \(dim), \(tokens) tokens"
                    #expect(chunk.encoded(codec, kernels: kernels) == payload, label)
                    #expect(try chunk.decoded(payload, codec, kernels: kernels) == cells, label)
                }
            }
        }
    }

    @Test(arguments: Chunk.lossy)
    func `encoding twice gives the same bytes`(codec: KVCodec) {
        let chunk = Chunk(.small(), blockCount: 5, seed: 3)
        #expect(chunk.encoded(codec) == chunk.encoded(codec))
    }

    @Test(arguments: Chunk.lossy)
    func `threads do not disturb each other`(codec: KVCodec) async throws {
        let chunks = (0..<8).map { Chunk(.small(), blockCount: 6, seed: $0) }
        let alone = chunks.map { $0.encoded(codec) }
        let together = await withTaskGroup(of: (Int, [UInt8]).self) { group in
            for (index, chunk) in chunks.enumerated() { group.addTask { (index, chunk.encoded(codec)) } }
            return await group.reduce(into: [Int: [UInt8]]()) { $0[$1.0] = $1.1 }
        }
        for (index, payload) in alone.enumerated() { #expect(together[index] == payload) }
    }

    @Test func `the coder's tables give every symbol of a class its own slots`() {
        let tables = CodingTables.shared.pointer
        let slots = 1 << Int(CK_KV_PRECISION)
        withUnsafeBytes(of: tables.pointee.encode) { entries in
            let entries = entries.bindMemory(to: ck_kv_symbol.self)
            #expect(entries.count == Int(CK_KV_CLASSES * CK_KV_SYMBOLS))
            for first in stride(from: 0, to: entries.count, by: Int(CK_KV_SYMBOLS)) {
                let symbols = entries[first..<first + Int(CK_KV_SYMBOLS)]
                #expect(symbols.reduce(0) { $0 + Int($1.frequency) } == slots)
                #expect(symbols.first.map { $0.frequency > 0 } == true, "an escape is always possible")
                #expect(symbols.allSatisfy { $0.frequency < 4_096 })
            }
        }
    }
}
