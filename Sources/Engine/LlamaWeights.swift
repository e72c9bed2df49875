internal import ModelFormat

/// All tensors of a Llama model, found, checked and used in place.
struct LlamaWeights: Sendable {
    /// One transformer layer.
    struct Layer: Sendable {
        let attentionGain: [Float]
        let query, key, value, attentionOutput: WeightMatrix
        let feedForwardGain: [Float]
        let gate, up, down: WeightMatrix
    }

    let layers: [Layer]
    let embedding: WeightMatrix
    let finalGain: [Float]
    let output: WeightMatrix
    /// Rotary frequency per pair of a head: `[headDim / 2]`, radians per position.
    let frequencies: [Float]

    /// Collects the tensors that `shape` asks for.
    ///
    /// - Throws: ``EngineError/model(_:)`` naming a tensor that is missing, misshapen or of an unknown type;
    ///   ``EngineError/unsupportedModel(reason:)`` naming one that this forward pass would ignore.
    init(_ model: GGUFFile, _ shape: ModelDescription) throws(EngineError) {
        var reader = TensorReader(model: model)
        let (width, feedForward) = (shape.embeddingWidth, shape.feedForwardWidth)
        let queryWidth = shape.headCount * shape.headDim
        let kvWidth = shape.kvHeadCount * shape.headDim
        guard shape.headDim.isMultiple(of: 16) else {
            throw .unsupportedModel(reason: "heads have \(shape.headDim) elements, not a multiple of 16")
        }
        var layers: [Layer] = []
        for index in 0..<shape.layerCount {
            let prefix = "blk.\(index)."
            layers.append(
                Layer(
                    attentionGain: try reader.vector(prefix + "attn_norm.weight", width),
                    query: try reader.matrix(prefix + "attn_q.weight", queryWidth, width),
                    key: try reader.matrix(prefix + "attn_k.weight", kvWidth, width),
                    value: try reader.matrix(prefix + "attn_v.weight", kvWidth, width),
                    attentionOutput: try reader.matrix(prefix + "attn_output.weight", width, queryWidth),
                    feedForwardGain: try reader.vector(prefix + "ffn_norm.weight", width),
                    gate: try reader.matrix(prefix + "ffn_gate.weight", feedForward, width),
                    up: try reader.matrix(prefix + "ffn_up.weight", feedForward, width),
                    down: try reader.matrix(prefix + "ffn_down.weight", width, feedForward)
                )
            )
        }
        self.layers = layers
        embedding = try reader.matrix("token_embd.weight", shape.vocabularyCount, width)
        finalGain = try reader.vector("output_norm.weight", width)
        output =
            shape.tiesEmbeddings
            ? embedding : try reader.matrix("output.weight", shape.vocabularyCount, width)
        var factors = [Float](repeating: 1, count: shape.headDim / 2)
        if shape.ropeScaling == .frequencyFactors {
            factors = try reader.vector("rope_freqs.weight", shape.headDim / 2)
        }
        frequencies = factors.enumerated().map { pair, factor in
            let exponent = -Double(2 * pair) / Double(shape.headDim)
            return Float(DeterministicMath.power(shape.ropeBase, exponent)) / factor
        }
        try reader.refuseUnread()
    }
}

/// Finds tensors and remembers which were asked for.
private struct TensorReader {
    let model: GGUFFile
    private var read: Set<String> = []

    init(model: GGUFFile) { self.model = model }

    mutating func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(EngineError) -> WeightMatrix {
        read.insert(name)
        return try WeightMatrix(name, rows: rows, columns: columns, in: model)
    }

    /// A row of numbers; converters keep these as F32.
    mutating func vector(_ name: String, _ count: Int) throws(EngineError) -> [Float] {
        read.insert(name)
        do {
            let tensor = try model.tensor(name, shape: [count], types: [.f32])
            return Array(tensor.bytes.bindMemory(to: Float.self))
        } catch {
            throw .model(error)
        }
    }

    /// A tensor that the forward pass does not know of would make every token wrong.
    func refuseUnread() throws(EngineError) {
        for tensor in model.tensorList where !read.contains(tensor.name) {
            throw .unsupportedModel(
                reason: "it has a tensor \(tensor.name) that a Llama forward pass does not use"
            )
        }
    }
}
