internal import CKernels
internal import ServingTypes

/// How each plane of each layer of a chunk is predicted and entropy coded: shared by all blocks of the layer.
///
/// A *direct* plane's rows are coded as they are. In an *anchored* plane the first row of each group of
/// tokens is the anchor, written as bytes with a scale, and the other rows may be coded as differences to it,
/// channel by channel: with RoPE some channels of a key hardly turn within a group and others turn wholly.
struct PlaneModels: ~Copyable {
    let shape: ChunkShape
    /// Tokens that share an anchor.
    let groupTokens: Int
    /// `[layer][plane]`.
    var isAnchored: [Bool]
    private let classMemory: Scratch<UInt32>
    private let weightMemory: Scratch<Float>

    init(shape: ChunkShape, groupTokens: Int) {
        self.shape = shape
        self.groupTokens = groupTokens
        let planes = shape.layerCount * shape.planeCount
        isAnchored = [Bool](repeating: false, count: planes)
        classMemory = Scratch(planes * shape.layout.headDim, zero: 0)
        weightMemory = Scratch(planes * shape.layout.headDim, zero: 0)
    }

    /// Entropy classes of a plane's channels: `[head dim]`.
    func classes(_ plane: Int) -> UnsafeMutablePointer<UInt32> {
        classMemory.base + plane * shape.layout.headDim
    }

    /// 1 where a plane's channel is predicted by the anchor, else 0: `[head dim]`.
    func weights(_ plane: Int) -> UnsafeMutablePointer<Float> {
        weightMemory.base + plane * shape.layout.headDim
    }

    /// Bytes of one plane's model.
    func modelBytes(_ plane: Int) -> Int {
        1 + (shape.layout.headDim + 1) / 2 + (isAnchored[plane] ? (shape.layout.headDim + 7) / 8 : 0)
    }

    /// Bytes of one plane of one cell beside what is entropy coded: steps, and anchors with their scales.
    func literalBytes(_ plane: Int) -> Int {
        let (tokens, dim) = (shape.layout.blockTokens, shape.layout.headDim)
        return isAnchored[plane] ? tokens / groupTokens * (2 + dim + groupTokens - 1) : tokens
    }

    /// Bytes of one cell of a layer beside what is entropy coded.
    func literalBytes(layer: Int) -> Int {
        planes(of: layer).reduce(0) { $0 + literalBytes($1) }
    }

    /// The planes of a layer, counted from the chunk's first layer.
    func planes(of layer: Int) -> Range<Int> {
        layer * shape.planeCount..<(layer + 1) * shape.planeCount
    }

    /// Writes a plane's model: kind, classes as nibbles, low first, and for an anchored plane a bit per
    /// channel.
    func write(_ plane: Int, to output: UnsafeMutableRawPointer) {
        let bytes = output.assumingMemoryBound(to: UInt8.self)
        bytes.update(repeating: 0, count: modelBytes(plane))
        bytes[0] = isAnchored[plane] ? 1 : 0
        let bits = bytes + 1 + (shape.layout.headDim + 1) / 2
        for channel in 0..<shape.layout.headDim {
            bytes[1 + channel / 2] |= UInt8(classes(plane)[channel]) << (channel % 2 * 4)
            if isAnchored[plane] && weights(plane)[channel] != 0 { bits[channel / 8] |= 1 << (channel % 8) }
        }
    }

    /// Reads a plane's model from at most `available` bytes; returns how many it takes.
    mutating func read(_ plane: Int, from input: UnsafeRawPointer, available: Int) throws(KVCodecError) -> Int
    {
        let kind: UInt8 = available > 0 ? input.load(as: UInt8.self) : 0
        guard kind <= 1 else { throw .damaged(codec: .cachegen, field: .planeKind) }
        isAnchored[plane] = kind == 1
        guard available >= modelBytes(plane) else {
            throw .wrongLength(codec: .cachegen, expected: modelBytes(plane), actual: available)
        }
        let bytes = input.assumingMemoryBound(to: UInt8.self)
        let bits = bytes + 1 + (shape.layout.headDim + 1) / 2
        for channel in 0..<shape.layout.headDim {
            classes(plane)[channel] = UInt32(bytes[1 + channel / 2] >> (channel % 2 * 4) & 15)
            let isPredicted = kind == 1 && bits[channel / 8] >> (channel % 8) & 1 == 1
            weights(plane)[channel] = isPredicted ? 1 : 0
        }
        return modelBytes(plane)
    }
}
