internal import Glibc
public import ServingTypes

/// Memory of a worker's KV blocks: `[layer][block][K|V][kv head][token][head dim]`, page-aligned.
///
/// One layer of one block is a contiguous *segment*: what lanes read and write in place.
///
/// Ownership: a block is written by exactly one owner at a time (the step whose sequence holds it, or the
/// lane that fills it), and read by others only for positions that were written before they were told of
/// the block. The block pool's holds and pins enforce this; the arena itself checks bounds only.
public final class KVArena: @unchecked Sendable {
    // Sendable: every stored property is constant after init; the bytes behind `base` follow the
    // ownership rule above.

    /// Shape of the blocks.
    public let layout: KVLayout
    /// Blocks in the arena.
    public let blockCount: Int
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int

    /// Maps zeroed memory for `blockCount` blocks; pages are taken from the machine when first touched.
    ///
    /// - Throws: ``EngineError/arenaMemory(bytes:blockCount:limit:)`` when the machine has not that much
    ///   memory or the kernel refuses.
    public init(layout: KVLayout, blockCount: Int) throws(EngineError) {
        precondition(blockCount > 0, "blockCount is \(blockCount)")
        let (bytes, overflow) = layout.blockBytes.multipliedReportingOverflow(by: blockCount)
        let byteCount = overflow ? Int.max : bytes
        let physical = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        guard byteCount <= physical else {
            throw .arenaMemory(
                bytes: byteCount,
                blockCount: blockCount,
                limit: .physicalMemory(bytes: physical)
            )
        }
        let mapped = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapped, mapped != MAP_FAILED else {
            throw .arenaMemory(bytes: byteCount, blockCount: blockCount, limit: .mapping(errno: errno))
        }
        // Only a hint: without huge pages the arena works as well, with more page faults.
        _ = madvise(mapped, byteCount, Int32(MADV_HUGEPAGE))
        self.layout = layout
        self.blockCount = blockCount
        self.base = mapped
        self.byteCount = byteCount
    }

    deinit { munmap(base, byteCount) }

    /// The bytes of one layer of one block: `layout.layerBlockBytes` of them, valid while the arena lives.
    public func segment(layer: Int, block: BlockIndex) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(
            start: pointer(layer: layer, block: block),
            count: layout.layerBlockBytes
        )
    }

    /// Where the segment of one layer of one block begins.
    func pointer(layer: Int, block: BlockIndex) -> UnsafeMutableRawPointer {
        let index = Int(block.rawValue)
        precondition(layer >= 0 && layer < layout.layerCount, "layer \(layer) of \(layout.layerCount)")
        precondition(index < blockCount, "block \(index) of \(blockCount)")
        return base + (layer * blockCount + index) * layout.layerBlockBytes
    }
}
