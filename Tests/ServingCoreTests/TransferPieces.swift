import KVCache
import ServingTypes

@testable import ServingCore

/// The two halves of one transfer, made for tests.
enum TransferPieces {
    static let layout = KVLayout(layerCount: 3, kvHeadCount: 1, headDim: 4, type: .f16, blockTokens: 4)
    static let id = WorkerPair.handOff()
    static let grant = Grant(rawValue: Bytes128(high: 3, low: 1))
    static let content = KVContentMark(tokens: [1, 2, 3])
    static let cell = layout.layerBlockBytes

    static func sender(
        blocks: Range<Int> = 0..<6,
        groupLayers: Int = 2,
        layout: KVLayout = layout,
        codec: KVCodec = .raw
    ) -> SendTransfer {
        SendTransfer(
            id: id,
            receiver: WorkerPair.address,
            grant: grant,
            codec: codec,
            content: content,
            blocks: blocks,
            layout: layout,
            groupLayers: groupLayers,
            now: .zero
        )
    }

    static func receiver(
        held: Int = 0,
        blocks: Int = 6,
        window: Int = 1 << 20,
        layout: KVLayout = layout
    ) -> ReceiveTransfer {
        ReceiveTransfer(
            id: id,
            sender: WorkerPair.prefillRef,
            grant: grant,
            content: content,
            heldBlocks: held,
            blockCount: blocks,
            layout: layout,
            windowBytes: window
        )
    }

    static func held(
        _ blocks: Int = 0,
        credit: Int = 1 << 20,
        through: UInt32 = 0,
        isStalled: Bool = false
    ) -> KVHeld {
        KVHeld(
            transfer: id,
            heldBlocks: blocks,
            creditBytes: credit,
            landedThrough: through,
            isStalled: isStalled
        )
    }

    static func chunk(_ number: UInt32, layers: Range<Int> = 0..<3, blocks: Range<Int>) -> KVChunk {
        KVChunk(
            transfer: id,
            grant: grant,
            number: number,
            firstLayer: layers.lowerBound,
            layerCount: layers.count,
            firstBlock: blocks.lowerBound,
            blockCount: blocks.count
        )
    }

    /// Everything a lane would take now, each chunk with its number and rectangle.
    static func pull(_ sender: inout SendTransfer, lane: UInt64 = 1, chunkBytes: Int = 4 * cell) -> [KVChunk]
    {
        var chunks: [KVChunk] = []
        while let chunk = sender.nextChunk(chunkBytes: chunkBytes, lane: lane) { chunks.append(chunk) }
        return chunks
    }

    /// A lane has sent these chunks.
    static func leave(_ chunks: [KVChunk], _ sender: inout SendTransfer, lane: UInt64 = 1) {
        for chunk in chunks {
            _ = sender.left(chunk.number, lane: lane, wireBytes: sender.wireBytes(ofChunk: chunk.number))
        }
    }
}
