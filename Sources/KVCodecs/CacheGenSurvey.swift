internal import CKernels
internal import ServingTypes

/// The encoder's first pass: which cells must stay raw, the step of every row, and the model of every plane.
struct CacheGenSurvey: ~Copyable {
    private let shape: ChunkShape
    private let kernels: CodecKernels
    private let tuning: CacheGenTuning
    /// Cells that cannot be coded.
    private(set) var isRaw: [Bool]
    /// What the planes' values looked like.
    private(set) var models: PlaneModels
    private let indices: Scratch<UInt8>
    private let plane: Scratch<Float>
    private let anchor: Scratch<Float>
    private let magnitudes: Scratch<Float>
    private let packed: Scratch<UInt8>
    /// Sums of magnitudes in steps, `[plane][head dim]`, of one layer: as they are, and as differences.
    private let direct: Scratch<UInt32>
    private let delta: Scratch<UInt32>
    private let unused: Scratch<UInt32>
    private var directRows: [Int]
    private var deltaRows: [Int]

    init(shape: ChunkShape, kernels: CodecKernels, tuning: CacheGenTuning) {
        let (tokens, dim) = (shape.layout.blockTokens, shape.layout.headDim)
        self.shape = shape
        self.kernels = kernels
        self.tuning = tuning
        isRaw = [Bool](repeating: false, count: shape.cellCount)
        models = PlaneModels(shape: shape, groupTokens: min(tuning.groupTokens, tokens))
        indices = Scratch(shape.cellCount * shape.planeCount * tokens, zero: 0)
        plane = Scratch(uninitialized: shape.planeElements)
        anchor = Scratch(dim, zero: 0)
        magnitudes = Scratch(tokens, zero: 0)
        packed = Scratch(2 + dim, zero: 0)
        direct = Scratch(shape.planeCount * dim, zero: 0)
        delta = Scratch(shape.planeCount * dim, zero: 0)
        unused = Scratch(dim, zero: 0)
        directRows = [Int](repeating: 0, count: shape.planeCount)
        deltaRows = directRows
    }

    /// Step indices of a cell's plane, by token.
    func stepIndices(cell: Int, plane: Int) -> UnsafeMutablePointer<UInt8> {
        indices.base + (cell * shape.planeCount + plane) * shape.layout.blockTokens
    }

    /// Cells of a layer that can be coded.
    func codedCount(layer: Int) -> Int {
        isRaw[layer * shape.blockCount..<(layer + 1) * shape.blockCount].count { !$0 }
    }

    /// Looks at every cell once.
    mutating func run(_ cells: [UnsafeRawPointer]) {
        for layer in 0..<shape.layerCount {
            direct.base.update(repeating: 0, count: direct.count)
            delta.base.update(repeating: 0, count: delta.count)
            for offset in 0..<shape.planeCount { (directRows[offset], deltaRows[offset]) = (0, 0) }
            for index in layer * shape.blockCount..<(layer + 1) * shape.blockCount {
                isRaw[index] = !measure(cells[index], index, layer: layer)
            }
            for offset in 0..<shape.planeCount { model(offset, of: layer) }
        }
    }

    /// Adds a cell to the sums of its layer; false when it cannot be coded.
    private mutating func measure(_ cell: UnsafeRawPointer, _ index: Int, layer: Int) -> Bool {
        let layout = shape.layout
        guard kernels.isFinite(layout.type, cell, shape.planeCount * shape.planeElements) else {
            return false
        }
        for offset in 0..<shape.planeCount {
            kernels.widen(layout.type, cell + offset * shape.planeBytes, plane.base, shape.planeElements)
            let fraction = tuning.fraction(
                layer: shape.firstLayer + layer,
                of: layout,
                isKey: offset < layout.kvHeadCount
            )
            let rows = stepIndices(cell: index, plane: offset)
            guard chooseSteps(fraction, rows), measurePlane(offset, rows) else { return false }
        }
        return true
    }

    private func chooseSteps(_ fraction: Float, _ rows: UnsafeMutablePointer<UInt8>) -> Bool {
        let (tokens, dim) = (shape.layout.blockTokens, shape.layout.headDim)
        kernels.codec.pointee.magnitudes(plane.base, tokens, dim, magnitudes.base)
        for token in 0..<tokens {
            let magnitude = magnitudes.base[token]
            guard let step = magnitude == 0 ? 0 : StepLadder.index(magnitude * fraction) else { return false }
            rows[token] = step
        }
        return true
    }

    private mutating func measurePlane(_ offset: Int, _ rows: UnsafePointer<UInt8>) -> Bool {
        let (tokens, dim, group) = (shape.layout.blockTokens, shape.layout.headDim, models.groupTokens)
        let kernel = kernels.codec.pointee
        for first in stride(from: 0, to: tokens, by: group) {
            let anchorRow = plane.base + first * dim
            guard kernel.pack(anchorRow, 1, dim, packed.base, packed.base + 2) != 0 else { return false }
            _ = kernel.unpack(packed.base, packed.base + 2, 1, dim, shape.largestElement, anchor.base)
            for token in first..<first + group where rows[token] != 0 {
                let inverse = StepLadder.inverses[Int(rows[token])]
                let deltas = token == first ? unused.base : delta.base + offset * dim
                let row = plane.base + token * dim
                let largest = kernel.measure(
                    row,
                    anchor.base,
                    inverse,
                    dim,
                    direct.base + offset * dim,
                    deltas
                )
                guard largest <= UInt32(CK_KV_LARGEST) else { return false }
                directRows[offset] += 1
                deltaRows[offset] += token == first ? 0 : 1
            }
        }
        return true
    }

    /// Decides whether anchors pay for a plane, and its channels' predictions and entropy classes.
    private mutating func model(_ offset: Int, of layer: Int) {
        let dim = shape.layout.headDim
        let plane = models.planes(of: layer).lowerBound + offset
        let (rows, others) = (directRows[offset], deltaRows[offset])
        let (whole, differences) = (direct.base + offset * dim, delta.base + offset * dim)
        var gainedHalfOctaves = 0
        for channel in 0..<dim {
            let own = CodingTables.shared.classOf(sum: Int(whole[channel]), count: rows)
            let fromAnchor = CodingTables.shared.classOf(sum: Int(differences[channel]), count: others)
            gainedHalfOctaves += max(0, own - fromAnchor) * others
            models.classes(plane)[channel] = UInt32(own)
        }
        // A class is about half a bit; an anchor's byte takes about four bits more than a coded value, and
        // each channel's prediction one bit.
        let anchors = rows - others
        models.isAnchored[plane] = gainedHalfOctaves / 2 > (4 * dim + 16) * anchors + dim
        guard models.isAnchored[plane] else { return }
        for channel in 0..<dim {
            let isPredicted = Int(differences[channel]) * rows < Int(whole[channel]) * others
            models.weights(plane)[channel] = isPredicted ? 1 : 0
            let sum = isPredicted ? Int(differences[channel]) : Int(whole[channel])
            let classIndex = CodingTables.shared.classOf(sum: sum, count: isPredicted ? others : rows)
            models.classes(plane)[channel] = UInt32(classIndex)
        }
    }
}
