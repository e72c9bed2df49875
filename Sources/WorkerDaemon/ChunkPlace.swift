internal import KVCache
internal import ServingTypes
internal import Transport

/// What a chunk's checksum covers before its payload: model, layout, transfer, codec, the tokens that the
/// KV was computed from, and the rectangle it fills.
///
/// Bytes that arrive whole but in the wrong place, or from another model, thus fail like damaged ones.
struct ChunkPlace: Sendable {
    /// CRC-32C of what is the same for all chunks.
    private let common: UInt32

    init(modelDigest: Bytes128, layout: KVLayout) {
        let bytes = modelDigest.bytes + Array(layout.description.utf8)
        common = bytes.withUnsafeBytes { PayloadChecksum.crc32c(of: $0) }
    }

    /// Where the checksum of a chunk's payload starts.
    func checksumStart(of chunk: KVChunk, content: KVContentMark) -> UInt32 {
        let request = chunk.transfer.attempt.request.rawValue
        let words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (
            request.high.littleEndian,
            request.low.littleEndian,
            content.rawValue.littleEndian,
            pair(
                Int(chunk.transfer.attempt.number),
                Int(chunk.transfer.kind.rawValue) << 8 | Int(chunk.codec.rawValue)
            ),
            pair(chunk.firstLayer, chunk.layerCount),
            pair(chunk.firstBlock, chunk.blockCount)
        )
        return withUnsafeBytes(of: words) { PayloadChecksum.crc32c(of: $0, continuing: common) }
    }

    private func pair(_ first: Int, _ second: Int) -> UInt64 {
        (UInt64(UInt32(truncatingIfNeeded: first)) | UInt64(UInt32(truncatingIfNeeded: second)) << 32)
            .littleEndian
    }
}
