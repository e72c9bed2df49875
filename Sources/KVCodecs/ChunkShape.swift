internal import ServingTypes

/// A rectangle of layers × blocks, and how its cells divide.
///
/// A *plane* is the keys or the values of one head of a cell: `[token][head dim]`.
struct ChunkShape {
    let layout: KVLayout
    let firstLayer: Int
    let layerCount: Int
    let blockCount: Int

    var cellCount: Int { layerCount * blockCount }
    var cellBytes: Int { layout.layerBlockBytes }
    /// Bytes of one bit per cell.
    var bitmapBytes: Int { (cellCount + 7) / 8 }
    /// Planes of a cell: heads of keys, then heads of values.
    var planeCount: Int { 2 * layout.kvHeadCount }
    var planeElements: Int { layout.blockTokens * layout.headDim }
    var planeBytes: Int { planeElements * layout.type.elementBytes }

    /// The largest number that the KV type can hold, when numbers are rounded to it.
    var largestElement: Float { layout.type == .f16 ? 65_504 : .greatestFiniteMagnitude * 0.5 }

    /// Which cells' bits are set in a bitmap, lowest bit first; `nil` when a bit beyond the last cell is set.
    func cellFlags(in bitmap: UnsafeRawPointer) -> [Bool]? {
        func bit(_ index: Int) -> Bool {
            bitmap.load(fromByteOffset: index / 8, as: UInt8.self) >> (index % 8) & 1 == 1
        }
        guard !(cellCount..<8 * bitmapBytes).contains(where: bit) else { return nil }
        return (0..<cellCount).map(bit)
    }

    /// Writes one bit per cell, lowest bit first.
    func write(_ flags: [Bool], to bitmap: UnsafeMutableRawPointer) {
        for byte in 0..<bitmapBytes {
            let bits = (0..<8).filter { 8 * byte + $0 < cellCount && flags[8 * byte + $0] }
            bitmap.storeBytes(of: bits.reduce(UInt8(0)) { $0 | 1 << $1 }, toByteOffset: byte, as: UInt8.self)
        }
    }
}
