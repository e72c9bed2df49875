internal import CKernels
public import ModelFormat
public import ServingTypes
internal import Synchronization

/// Runs Llama models from GGUF files on the CPU, with weights used in place from the mapped file.
///
/// A row's logits depend on its tokens, its position, its cache index and the KV before it only: not on batch, chunking, block
/// table, thread count or instruction set. See ``EngineIdentity/numericsClass``.
///
/// Memory beside arena and file: about `rows × width` floats for a step's rows, and a tile of 256 rows of
/// the other activations; it is kept for later steps.
public final class CPUEngine: InferenceEngine {
    /// Name and digest of the model, vocabulary, numerics class.
    public let identity: EngineIdentity
    /// KV shape of the model.
    public let layout: KVLayout
    let shape: ModelDescription
    let weights: LlamaWeights
    let threads: ThreadPool
    let scratch: [ThreadScratch]
    let isa: UInt32
    private let shelf = Mutex<[Workspace]>([])

    /// Opens a model: checks all its tensors and reads the file once for its digest.
    ///
    /// - Parameters:
    ///   - kvType: number format of the KV cache; part of the numerics class.
    ///   - blockTokens: tokens per KV block, a power of two; does not change results.
    ///   - threadCount: compute threads, the caller's included, at least 1; does not change results.
    /// - Throws: ``EngineError/model(_:)`` naming a bad tensor, ``EngineError/unsupportedModel(reason:)``.
    public convenience init(model: GGUFFile, kvType: KVType, blockTokens: Int = 16, threadCount: Int)
        throws(EngineError)
    {
        try self.init(
            model: model,
            kvType: kvType,
            blockTokens: blockTokens,
            threadCount: threadCount,
            isa: ck_kernels_best().pointee.isa.rawValue
        )
    }

    /// Opens a model for one instruction set, which this machine must have.
    init(model: GGUFFile, kvType: KVType, blockTokens: Int, threadCount: Int, isa: UInt32) throws(EngineError)
    {
        let digest: Bytes128
        let endTokens: [TokenID]
        do {
            shape = try ModelDescription(from: model)
            digest = try model.modelDigest()
            endTokens = try model.endTokens()
        } catch {
            throw .model(error)
        }
        weights = try LlamaWeights(model, shape)
        layout = KVLayout(
            layerCount: shape.layerCount,
            kvHeadCount: shape.kvHeadCount,
            headDim: shape.headDim,
            type: kvType,
            blockTokens: blockTokens
        )
        identity = EngineIdentity(
            modelName: shape.name,
            modelDigest: digest,
            numericsClass: "\(digest.description.prefix(8))/kv-\(kvType.rawValue)/f32-fma16",
            vocabularyCount: shape.vocabularyCount,
            contextTokens: shape.contextTokens,
            endTokens: endTokens
        )
        threads = try ThreadPool(threadCount: threadCount)
        let shape = shape
        scratch = (0..<threadCount).map { _ in ThreadScratch(shape) }
        self.isa = isa
    }

    /// Runs the forward pass, then samples each sequence that asks for it.
    public func step(_ batch: [StepSequence], arena: KVArena, afterLayer: (Int) -> Void)
        throws(EngineError) -> [StepOutcome]
    {
        try validate(batch, arena: arena)
        let workspace = shelf.withLock { $0.popLast() } ?? Workspace()
        defer { shelf.withLock { $0.append(workspace) } }
        let plan = StepPlan(batch)
        forward(plan, batch, arena, workspace, afterLayer)
        return try sample(plan, batch, workspace)
    }

    /// Runs a step as ``step(_:arena:afterLayer:)`` does and yields the logits of every sequence that samples,
    /// `[vocabulary]`, `nil` for the others: for measuring how far two caches' predictions are apart.
    ///
    /// - Throws: ``EngineError`` as a step does, but logits that are not finite are returned.
    public func logits(_ batch: [StepSequence], arena: KVArena) throws(EngineError) -> [[Float]?] {
        try validate(batch, arena: arena)
        let workspace = Workspace()
        let plan = StepPlan(batch)
        forward(plan, batch, arena, workspace) { _ in }
        var logits = [[Float]?](repeating: nil, count: batch.count)
        for (sample, owner) in plan.sampled.enumerated() {
            logits[owner.sequenceIndex] = Array(row(sample, of: workspace))
        }
        return logits
    }

    private func forward(
        _ plan: StepPlan,
        _ batch: [StepSequence],
        _ arena: KVArena,
        _ workspace: Workspace,
        _ afterLayer: (Int) -> Void
    ) {
        workspace.reserve(for: plan, shape)
        let pass = ForwardPass(engine: self, plan: plan, batch: batch, arena: arena, workspace: workspace)
        pass.run(afterLayer)
    }

    private func sample(_ plan: StepPlan, _ batch: [StepSequence], _ workspace: Workspace)
        throws(EngineError) -> [StepOutcome]
    {
        var sampled = [SampledToken?](repeating: nil, count: plan.sampled.count)
        sampled.withUnsafeMutableBufferPointer { tokens in
            nonisolated(unsafe) let tokens = tokens  // Each item writes its own element.
            threads.run(tokens.count) { item, _ in
                guard let request = batch[plan.sampled[item].sequenceIndex].sample else { return }
                tokens[item] = Sampler.sample(row(item, of: workspace), request)
            }
        }
        var outcomes = [StepOutcome](repeating: StepOutcome(token: nil), count: batch.count)
        for (token, owner) in zip(sampled, plan.sampled) {
            guard let token else { throw .logitsNotFinite(sequenceIndex: owner.sequenceIndex) }
            outcomes[owner.sequenceIndex].token = token
        }
        return outcomes
    }

    private func row(_ sample: Int, of workspace: Workspace) -> UnsafeBufferPointer<Float> {
        let count = shape.vocabularyCount
        return UnsafeBufferPointer(start: workspace.logits.base + sample * count, count: count)
    }
}
