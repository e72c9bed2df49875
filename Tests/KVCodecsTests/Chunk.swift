import CKernels
import ServingTypes

@testable import KVCodecs

/// A chunk of cells in one array, and what codecs make of it.
struct Chunk {
    var layout: KVLayout
    var layerCount = 1
    var blockCount: Int
    var bytes: [UInt8]

    /// Plausible KV.
    init(_ layout: KVLayout, layerCount: Int = 1, blockCount: Int, seed: UInt64) {
        var generator = PlausibleKV(seed: seed)
        self.init(layout, layerCount: layerCount, blockCount: blockCount)
        bytes = generator.cells(layerCount * blockCount, layout: layout)
    }

    /// Zeros.
    init(_ layout: KVLayout, layerCount: Int = 1, blockCount: Int) {
        self.layout = layout
        self.layerCount = layerCount
        self.blockCount = blockCount
        bytes = [UInt8](repeating: 0, count: layerCount * blockCount * layout.layerBlockBytes)
    }

    /// Every instruction set that this machine can run, the scalar twin first.
    static let kernels = [CK_SCALAR, CK_AVX2, CK_AVX512, CK_NEON].compactMap { CodecKernels(isa: $0) }

    static let lossy = KVCodec.allCases.filter(\.isLossy)

    private func cells(_ count: Int) -> [Range<Int>] {
        let size = layout.layerBlockBytes
        return (0..<layerCount * blockCount).map { $0 * size..<($0 + 1) * size }
    }

    private func codec(_ codec: KVCodec, _ kernels: CodecKernels) -> ChunkCodec {
        ChunkCodec(codec, layout: layout, kernels: kernels, tuning: .standard)
    }

    func encoded(_ name: KVCodec, kernels: CodecKernels = .best) -> [UInt8] {
        let codec = codec(name, kernels)
        let limit = codec.encodedBytesLimit(layerCount: layerCount, blockCount: blockCount)
        var payload = [UInt8](repeating: 0xAA, count: limit)
        let count = payload.withUnsafeMutableBytes { payload in
            bytes.withUnsafeBytes { all in
                let cells = cells(all.count).map { UnsafeRawBufferPointer(rebasing: all[$0]) }
                return codec.encode(cells, firstLayer: 0, blockCount: blockCount, into: payload)
            }
        }
        return Array(payload[..<count])
    }

    /// The cells' bytes after decoding.
    func decoded(_ payload: UnsafeRawBufferPointer, _ name: KVCodec, kernels: CodecKernels = .best)
        throws(KVCodecError) -> [UInt8]
    {
        var output = [UInt8](repeating: 0x55, count: bytes.count)
        let codec = codec(name, kernels)
        let result = output.withUnsafeMutableBytes { all in
            let cells = cells(all.count).map { UnsafeMutableRawBufferPointer(rebasing: all[$0]) }
            return Result { () throws(KVCodecError) in
                try codec.decode(payload, firstLayer: 0, blockCount: blockCount, into: cells)
            }
        }
        try result.get()
        return output
    }

    func decoded(_ payload: [UInt8], _ name: KVCodec, kernels: CodecKernels = .best) throws -> [UInt8] {
        try payload.withUnsafeBytes { try decoded($0, name, kernels: kernels) }
    }

    /// All elements as `Float`.
    static func floats(_ bytes: [UInt8], _ type: KVType) -> [Float] {
        let count = bytes.count / type.elementBytes
        return [Float](unsafeUninitializedCapacity: count) { floats, used in
            bytes.withUnsafeBytes { bytes in
                guard let from = bytes.baseAddress, let to = floats.baseAddress else { return }
                CodecKernels.best.widen(type, from, to, count)
            }
            used = count
        }
    }

    /// Replaces elements: `change` gets the index of the first cell's plane, the token, the channel.
    mutating func replace(_ change: (_ cell: Int, _ plane: Int, _ token: Int, _ channel: Int) -> Float?) {
        var floats = Self.floats(bytes, layout.type)
        let (tokens, dim, planes) = (layout.blockTokens, layout.headDim, 2 * layout.kvHeadCount)
        for index in floats.indices {
            let (row, channel) = index.quotientAndRemainder(dividingBy: dim)
            let (plane, token) = row.quotientAndRemainder(dividingBy: tokens)
            let (cell, offset) = plane.quotientAndRemainder(dividingBy: planes)
            if let value = change(cell, offset, token, channel) { floats[index] = value }
        }
        bytes.withUnsafeMutableBytes { bytes in
            floats.withUnsafeBufferPointer { floats in
                guard let from = floats.baseAddress, let to = bytes.baseAddress else { return }
                CodecKernels.best.narrow(layout.type, from, to, floats.count)
            }
        }
    }
}

extension KVLayout {
    /// A small layout; what a test varies is given.
    static func small(
        layers: Int = 1,
        heads: Int = 2,
        dim: Int = 64,
        type: KVType = .f16,
        tokens: Int = 16
    ) -> KVLayout {
        KVLayout(layerCount: layers, kvHeadCount: heads, headDim: dim, type: type, blockTokens: tokens)
    }
}
