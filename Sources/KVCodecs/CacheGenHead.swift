internal import CKernels
internal import ServingTypes

/// Head of a `cachegen` payload and where its parts begin, all checked to lie within the payload.
struct CacheGenHead: ~Copyable {
    static let format: UInt8 = 0xC1
    static let byteCount = 10
    /// Bytes of the entropy coder's states.
    static let stateBytes = Int(CK_KV_LANES) * 4

    /// Whether each cell is stored as it is.
    let isRaw: [Bool]
    let models: PlaneModels
    /// Offsets of the parts, in bytes.
    let literals: Int
    let escapes: Int
    let states: Int
    let words: Int
    let rawCells: Int

    /// Reads and checks the head, the models of the planes and the lengths of all parts.
    static func read(
        _ payload: UnsafeRawBufferPointer,
        _ shape: ChunkShape
    ) throws(KVCodecError) -> CacheGenHead {
        let fixed = byteCount + shape.bitmapBytes
        guard let start = payload.baseAddress, payload.count >= fixed else {
            throw .wrongLength(codec: .cachegen, expected: fixed, actual: payload.count)
        }
        let first = start.load(as: UInt8.self)
        guard first == format else { throw .unknownFormat(codec: .cachegen, format: first) }
        let exponent = start.load(fromByteOffset: 1, as: UInt8.self)
        guard exponent < 32, 1 << Int(exponent) <= shape.layout.blockTokens else {
            throw .damaged(codec: .cachegen, field: .groupTokens)
        }
        guard let isRaw = shape.cellFlags(in: start + byteCount) else {
            throw .damaged(codec: .cachegen, field: .rawCells)
        }
        var models = PlaneModels(shape: shape, groupTokens: 1 << Int(exponent))
        var offset = fixed
        var literalBytes = 0
        for layer in 0..<shape.layerCount {
            let coded = isRaw[layer * shape.blockCount..<(layer + 1) * shape.blockCount].count { !$0 }
            guard coded > 0 else { continue }
            for plane in models.planes(of: layer) {
                let available = payload.count - offset
                offset += try models.read(plane, from: start + offset, available: available)
            }
            literalBytes += coded * models.literalBytes(layer: layer)
        }
        func count(at offset: Int) -> Int {
            Int(UInt32(littleEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
        let escapes = offset + literalBytes
        let states = escapes + 2 * count(at: 2)
        let words = states + (isRaw.contains(false) ? stateBytes : 0)
        let rawCells = words + 2 * count(at: 6)
        let expected = rawCells + isRaw.count { $0 } * shape.cellBytes
        guard payload.count == expected else {
            throw .wrongLength(codec: .cachegen, expected: expected, actual: payload.count)
        }
        return CacheGenHead(
            isRaw: isRaw,
            models: models,
            literals: offset,
            escapes: escapes,
            states: states,
            words: words,
            rawCells: rawCells
        )
    }
}
