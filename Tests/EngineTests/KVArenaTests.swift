import ServingTypes
import Testing

@testable import Engine

/// The arena's memory is laid out as documented, and too much of it is an error with the sizes.
@Suite struct KVArenaTests {
    static let layout = KVLayout(layerCount: 3, kvHeadCount: 2, headDim: 16, type: .f16, blockTokens: 16)

    @Test func `Segments are zeroed, disjoint, and whole`() throws {
        let arena = try KVArena(layout: Self.layout, blockCount: 4)
        var starts: Set<UInt> = []
        for layer in 0..<3 {
            for block in 0..<4 {
                let segment = arena.segment(layer: layer, block: BlockIndex(rawValue: UInt32(block)))
                #expect(segment.count == Self.layout.layerBlockBytes)
                #expect(segment.allSatisfy { $0 == 0 })
                segment.initializeMemory(as: UInt8.self, repeating: UInt8(1 + layer * 4 + block))
                starts.insert(UInt(bitPattern: segment.baseAddress))
            }
        }
        #expect(starts.count == 12)
        for layer in 0..<3 {
            for block in 0..<4 {
                let segment = arena.segment(layer: layer, block: BlockIndex(rawValue: UInt32(block)))
                #expect(segment.allSatisfy { $0 == UInt8(1 + layer * 4 + block) })
            }
        }
    }

    @Test(arguments: [1 << 40, Int.max / 2])
    func `More than the machine's memory is refused with the sizes`(blockCount: Int) {
        do {
            _ = try KVArena(layout: Self.layout, blockCount: blockCount)
            Issue.record("mapped \(blockCount) blocks")
        } catch {
            guard case .arenaMemory(_, blockCount, .physicalMemory(let bytes)) = error else {
                Issue.record("unexpected \(error)")
                return
            }
            #expect(bytes > 0)
            #expect("\(error)".contains("kv_cache.block_count"))
        }
    }
}
