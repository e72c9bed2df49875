internal import CKernels
internal import ServingTypes

/// Reads a `cachegen` payload whose head was found sound.
struct CacheGenDecoder: ~Copyable {
    private let shape: ChunkShape
    private let kernels: CodecKernels
    private let head: CacheGenHead
    private let payload: UnsafeRawBufferPointer
    /// A plane's elements, its anchor, what the anchor predicts, and its steps.
    private let plane: Scratch<Float>
    private let anchor: Scratch<Float>
    private let prediction: Scratch<Float>
    private let steps: Scratch<Float>

    init(
        shape: ChunkShape,
        kernels: CodecKernels,
        head: consuming CacheGenHead,
        payload: UnsafeRawBufferPointer
    ) {
        self.shape = shape
        self.kernels = kernels
        self.head = head
        self.payload = payload
        plane = Scratch(uninitialized: shape.planeElements)
        anchor = Scratch(shape.layout.headDim, zero: 0)
        prediction = Scratch(shape.layout.headDim, zero: 0)
        steps = Scratch(shape.layout.blockTokens, zero: 0)
    }

    /// Reads the cells.
    func decode(into cells: [UnsafeMutableRawPointer]) throws(KVCodecError) {
        guard let start = payload.baseAddress else { return }
        var raw = start + head.rawCells
        for (cell, isRaw) in zip(cells, head.isRaw) where isRaw {
            cell.copyMemory(from: raw, byteCount: shape.cellBytes)
            raw += shape.cellBytes
        }
        guard head.isRaw.contains(false) else {
            guard head.rawCells == head.escapes else { throw .damaged(codec: .cachegen, field: .ending) }
            return
        }
        let bytes = start.assumingMemoryBound(to: UInt8.self)
        var decoder = ck_kv_start_decoder(
            bytes + head.states,
            bytes + head.words,
            bytes + head.rawCells,
            bytes + head.escapes,
            bytes + head.states
        )
        var literal = bytes + head.literals
        for (index, cell) in cells.enumerated() where !head.isRaw[index] {
            for (offset, model) in head.models.planes(of: index / shape.blockCount).enumerated() {
                try decodePlane(model, &decoder, literal)
                literal += head.models.literalBytes(model)
                let target = cell + offset * shape.planeBytes
                kernels.narrow(shape.layout.type, plane.base, target, shape.planeElements)
            }
        }
        guard ck_kv_is_finished(&decoder) != 0 else { throw .damaged(codec: .cachegen, field: .ending) }
    }

    private func decodePlane(
        _ model: Int,
        _ decoder: inout ck_kv_decoder,
        _ literal: UnsafePointer<UInt8>
    ) throws(KVCodecError) {
        let layout = shape.layout
        prediction.base.update(repeating: 0, count: layout.headDim)
        guard head.models.isAnchored[model] else {
            return try decodeRows(model, &decoder, literal, count: layout.blockTokens, into: plane.base)
        }
        let group = head.models.groupTokens
        var (literal, rows) = (literal, plane.base)
        for _ in 0..<layout.blockTokens / group {
            try decodeAnchor(model, literal)
            rows.update(from: anchor.base, count: layout.headDim)
            literal += 2 + layout.headDim
            try decodeRows(model, &decoder, literal, count: group - 1, into: rows + layout.headDim)
            literal += group - 1
            rows += group * layout.headDim
        }
    }

    private func decodeAnchor(_ model: Int, _ literal: UnsafePointer<UInt8>) throws(KVCodecError) {
        let (dim, weights) = (shape.layout.headDim, head.models.weights(model))
        let limit = shape.largestElement
        guard kernels.codec.pointee.unpack(literal, literal + 2, 1, dim, limit, anchor.base) != 0 else {
            throw .damaged(codec: .cachegen, field: .scale)
        }
        for channel in 0..<dim { prediction.base[channel] = anchor.base[channel] * weights[channel] }
    }

    private func decodeRows(
        _ model: Int,
        _ decoder: inout ck_kv_decoder,
        _ stepIndices: UnsafePointer<UInt8>,
        count: Int,
        into rows: UnsafeMutablePointer<Float>
    ) throws(KVCodecError) {
        for row in 0..<count { steps.base[row] = StepLadder.steps[Int(stepIndices[row])] }
        let isSound = kernels.codec.pointee.decode(
            &decoder,
            CodingTables.shared.pointer,
            head.models.classes(model),
            prediction.base,
            steps.base,
            count,
            shape.layout.headDim,
            shape.largestElement,
            rows
        )
        guard isSound != 0 else { throw .damaged(codec: .cachegen, field: .symbols) }
    }
}
