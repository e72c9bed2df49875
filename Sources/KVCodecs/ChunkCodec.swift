internal import CKernels
public import ServingTypes

/// Writes the cells of a chunk in fewer bytes, and reads them back with small differences.
///
/// A cell is one layer of one block, `layout.layerBlockBytes` bytes. The formats are in ``Q8Codec`` and
/// ``CacheGenEncoder``, and byte by byte in `docs/KV_CODECS.md`.
///
/// Equal cells give equal bytes, and equal bytes equal cells, on every machine and instruction set. A cell
/// that holds NaN or infinity, or numbers too large for the codec, is kept as it is. A cell of a block that
/// is filled in part may hold anything in its other tokens: the filled ones come
/// back as exactly as without it.
///
/// Safe from any thread: nothing is shared but constant tables; scratch memory lives as long as a call.
public struct ChunkCodec: Sendable {
    /// How cells are written.
    public let codec: KVCodec
    /// Shape of the cells.
    public let layout: KVLayout
    private let kernels: CodecKernels
    private let tuning: CacheGenTuning

    /// Makes a lossy codec for one layout; `raw` needs none.
    public init(_ codec: KVCodec, layout: KVLayout) {
        self.init(codec, layout: layout, kernels: .best, tuning: .standard)
    }

    /// Makes a codec with the kernels of one instruction set and other steps than the standard.
    init(_ codec: KVCodec, layout: KVLayout, kernels: CodecKernels, tuning: CacheGenTuning) {
        precondition(codec.isLossy, "\(codec.name) needs no chunk codec")
        self.codec = codec
        self.layout = layout
        self.kernels = kernels
        self.tuning = tuning
    }

    /// The most bytes that a chunk of that size can take: its cells as they are, and a few bytes of head.
    public func encodedBytesLimit(layerCount: Int, blockCount: Int) -> Int {
        let head = max(Q8Codec.headBytes, CacheGenHead.byteCount)
        let cellCount = layerCount * blockCount
        return head + (cellCount + 7) / 8 + cellCount * layout.layerBlockBytes
    }

    /// Writes a chunk's cells and returns how many bytes they took.
    ///
    /// - Parameters:
    ///   - cells: `[layers × blockCount]`, layer by layer, block by block; `layout.layerBlockBytes` bytes
    ///     each.
    ///   - firstLayer: layer of the first cell; earlier layers are kept more exactly.
    ///   - output: at least ``encodedBytesLimit(layerCount:blockCount:)`` bytes, apart from the cells.
    /// - Complexity: O(bytes), two passes; allocates scratch memory of about the size of the cells.
    public func encode(
        _ cells: [UnsafeRawBufferPointer],
        firstLayer: Int,
        blockCount: Int,
        into output: UnsafeMutableRawBufferPointer
    ) -> Int {
        let shape = chunkShape(cells.map(\.count), firstLayer: firstLayer, blockCount: blockCount)
        let limit = encodedBytesLimit(layerCount: shape.layerCount, blockCount: blockCount)
        precondition(output.count >= limit, "\(output.count) bytes for a chunk of up to \(limit)")
        guard let target = output.baseAddress else { return 0 }
        let sources = cells.compactMap(\.baseAddress)
        guard codec == .cachegen else {
            return Q8Codec(shape: shape, kernels: kernels).encode(sources, into: target)
        }
        var encoder = CacheGenEncoder(shape: shape, kernels: kernels, cells: sources, tuning: tuning)
        return encoder.encode(into: target)
    }

    /// Reads a chunk's cells from bytes of any origin.
    ///
    /// - Parameters:
    ///   - payload: what ``encode(_:firstLayer:blockCount:into:)`` wrote for a chunk of this shape, or
    ///     anything.
    ///   - firstLayer: layer of the first cell.
    ///   - cells: `[layers × blockCount]`, as for encoding; `layout.layerBlockBytes` bytes each, apart from
    ///     the payload.
    /// - Throws: ``KVCodecError`` when the payload is not sound; the cells then hold undefined, finite or
    ///   raw, numbers.
    /// - Complexity: O(bytes), one pass.
    public func decode(
        _ payload: UnsafeRawBufferPointer,
        firstLayer: Int,
        blockCount: Int,
        into cells: [UnsafeMutableRawBufferPointer]
    ) throws(KVCodecError) {
        let shape = chunkShape(cells.map(\.count), firstLayer: firstLayer, blockCount: blockCount)
        let targets = cells.compactMap(\.baseAddress)
        guard codec == .cachegen else {
            return try Q8Codec(shape: shape, kernels: kernels).decode(payload, into: targets)
        }
        let head = try CacheGenHead.read(payload, shape)
        let decoder = CacheGenDecoder(shape: shape, kernels: kernels, head: head, payload: payload)
        try decoder.decode(into: targets)
    }

    private func chunkShape(_ byteCounts: [Int], firstLayer: Int, blockCount: Int) -> ChunkShape {
        let cellBytes = layout.layerBlockBytes
        precondition(
            blockCount > 0 && !byteCounts.isEmpty && byteCounts.count % blockCount == 0,
            "\(byteCounts.count) cells in \(blockCount) blocks"
        )
        precondition(
            byteCounts.allSatisfy { $0 == cellBytes },
            "cells of \(byteCounts) bytes, wanted \(cellBytes)"
        )
        let layers = byteCounts.count / blockCount
        precondition(
            firstLayer >= 0 && firstLayer + layers <= layout.layerCount,
            "layers \(firstLayer)..<\(firstLayer + layers) of \(layout.layerCount)"
        )
        return ChunkShape(layout: layout, firstLayer: firstLayer, layerCount: layers, blockCount: blockCount)
    }
}
