internal import CKernels
internal import ServingTypes

/// Rotates the queries and keys of a tile's rows and writes keys and values into their blocks.
struct KVWriter {
    let pass: ForwardPass
    let layer: Int
    let tile: Range<Int>

    /// Handles one row of the batch.
    func write(_ row: Int) {
        let shape = pass.engine.shape
        let workspace = pass.workspace
        let headDim = shape.headDim
        let (cosines, sines) = (workspace.cosines.base + row * headDim, workspace.sines.base + row * headDim)
        let tileRow = row - tile.lowerBound
        let query = workspace.query.base + tileRow * shape.headCount * headDim
        for head in 0..<shape.headCount { pass.kernels.rope(query + head * headDim, cosines, sines, headDim) }
        let key = workspace.key.base + tileRow * shape.kvHeadCount * headDim
        let value = workspace.value.base + tileRow * shape.kvHeadCount * headDim
        let place = KVPlace(layout: pass.engine.layout, position: pass.plan.positions[row])
        let segment = pass.arena.pointer(
            layer: layer,
            block: pass.batch[pass.plan.owners[row]].table[place.block]
        )
        for head in 0..<shape.kvHeadCount {
            pass.kernels.rope(key + head * headDim, cosines, sines, headDim)
            store(key + head * headDim, to: segment, place.keyOffset(head: head))
            store(value + head * headDim, to: segment, place.valueOffset(head: head))
        }
    }

    private func store(
        _ elements: UnsafePointer<Float>,
        to segment: UnsafeMutableRawPointer,
        _ offset: Int
    ) {
        pass.kernels.narrow(
            ck_type(pass.engine.layout.type),
            elements,
            segment + offset,
            pass.engine.shape.headDim
        )
    }
}

extension ck_type {
    /// The kernels' name of a KV element type.
    init(_ type: KVType) {
        switch type {
        case .f16: self = CK_F16
        case .bf16: self = CK_BF16
        case .f32: self = CK_F32
        }
    }
}
