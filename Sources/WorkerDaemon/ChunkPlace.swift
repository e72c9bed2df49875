internal import ServingTypes
internal import Transport

/// What a chunk's checksum covers before its payload: model, layout, attempt and the rectangle it fills.
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
    func checksumStart(of chunk: KVChunk) -> UInt32 {
        var bytes = chunk.attempt.request.rawValue.bytes
        let numbers = [
            Int(chunk.attempt.number), chunk.firstLayer, chunk.layerCount, chunk.firstBlock, chunk.blockCount,
        ]
        for number in numbers {
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).littleEndian) {
                bytes.append(contentsOf: $0)
            }
        }
        return bytes.withUnsafeBytes { PayloadChecksum.crc32c(of: $0, continuing: common) }
    }
}
