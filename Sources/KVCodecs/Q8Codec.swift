internal import CKernels
internal import ServingTypes

/// `q8`: 8-bit integers with one F16 scale per token and head, keys and values apart.
///
/// ```
/// 0              1   format, 0x81
/// 1              B   bit i of byte i / 8: cell i is raw; B = ⌈cells / 8⌉
/// 1 + B              the cells in order: raw ones as they are, the others as
///                2 × rows        F16 scales, little-endian: [K|V][head][token]
///                headDim × rows  signed bytes: [K|V][head][token][head dim]
/// ```
/// An element is its byte times its row's scale. The scale is the row's largest magnitude / 127, rounded up,
/// so that no element is off by more than half a scale, before rounding to the KV type. A cell is raw when it
/// holds NaN or infinity, when a scale does not fit F16 (magnitudes above 8.3 million), or when coding it
/// would save nothing (head dim ≤ 2).
struct Q8Codec {
    static let format: UInt8 = 0x81
    static let headBytes = 1

    let shape: ChunkShape
    let kernels: CodecKernels

    private var rowCount: Int { shape.planeCount * shape.layout.blockTokens }
    private var codedBytes: Int { rowCount * (2 + shape.layout.headDim) }

    /// Writes the cells and returns how many bytes they took.
    func encode(_ cells: [UnsafeRawPointer], into output: UnsafeMutableRawPointer) -> Int {
        let plane = Scratch<Float>(uninitialized: shape.planeElements)
        var isRaw = [Bool](repeating: false, count: cells.count)
        var end = output + Self.headBytes + shape.bitmapBytes
        for (index, cell) in cells.enumerated() {
            isRaw[index] = codedBytes >= shape.cellBytes || !pack(cell, plane.base, to: end)
            if isRaw[index] { end.copyMemory(from: cell, byteCount: shape.cellBytes) }
            end += isRaw[index] ? shape.cellBytes : codedBytes
        }
        output.storeBytes(of: Self.format, as: UInt8.self)
        shape.write(isRaw, to: output + Self.headBytes)
        return end - output
    }

    private func pack(
        _ cell: UnsafeRawPointer,
        _ plane: UnsafeMutablePointer<Float>,
        to output: UnsafeMutableRawPointer
    ) -> Bool {
        let layout = shape.layout
        guard kernels.isFinite(layout.type, cell, shape.planeCount * shape.planeElements) else {
            return false
        }
        var scales = output.assumingMemoryBound(to: UInt8.self)
        var bytes = scales + 2 * rowCount
        for index in 0..<shape.planeCount {
            kernels.widen(layout.type, cell + index * shape.planeBytes, plane, shape.planeElements)
            let fits = kernels.codec.pointee.pack(plane, layout.blockTokens, layout.headDim, scales, bytes)
            guard fits != 0 else { return false }
            scales += 2 * layout.blockTokens
            bytes += shape.planeElements
        }
        return true
    }

    /// Reads the cells.
    func decode(_ payload: UnsafeRawBufferPointer, into cells: [UnsafeMutableRawPointer]) throws(KVCodecError)
    {
        let head = Self.headBytes + shape.bitmapBytes
        guard let start = payload.baseAddress, payload.count >= head else {
            throw .wrongLength(codec: .q8, expected: head, actual: payload.count)
        }
        let format = start.load(as: UInt8.self)
        guard format == Self.format else { throw .unknownFormat(codec: .q8, format: format) }
        guard let isRaw = shape.cellFlags(in: start + Self.headBytes) else {
            throw .damaged(codec: .q8, field: .rawCells)
        }
        let expected = head + isRaw.reduce(0) { $0 + ($1 ? shape.cellBytes : codedBytes) }
        guard payload.count == expected else {
            throw .wrongLength(codec: .q8, expected: expected, actual: payload.count)
        }
        let plane = Scratch<Float>(uninitialized: shape.planeElements)
        var next = start + head
        for (cell, isRaw) in zip(cells, isRaw) {
            if isRaw {
                cell.copyMemory(from: next, byteCount: shape.cellBytes)
            } else if !unpack(next, plane.base, to: cell) {
                throw .damaged(codec: .q8, field: .scale)
            }
            next += isRaw ? shape.cellBytes : codedBytes
        }
    }

    private func unpack(
        _ coded: UnsafeRawPointer,
        _ plane: UnsafeMutablePointer<Float>,
        to cell: UnsafeMutableRawPointer
    ) -> Bool {
        let layout = shape.layout
        var scales = coded.assumingMemoryBound(to: UInt8.self)
        var bytes = scales + 2 * rowCount
        for index in 0..<shape.planeCount {
            let (rows, limit) = (layout.blockTokens, shape.largestElement)
            let isSound = kernels.codec.pointee.unpack(scales, bytes, rows, layout.headDim, limit, plane)
            guard isSound != 0 else { return false }
            kernels.narrow(layout.type, plane, cell + index * shape.planeBytes, shape.planeElements)
            scales += 2 * rows
            bytes += shape.planeElements
        }
        return true
    }
}
