public import ModelFormat
public import ServingTypes

/// Why an engine cannot be opened or a step cannot run.
public enum EngineError: Error, Equatable, CustomStringConvertible {
    /// The arena's memory cannot be had.
    case arenaMemory(bytes: Int, blockCount: Int, limit: ArenaLimit)
    /// The arena has another shape than the engine.
    case layoutMismatch(engine: KVLayout, arena: KVLayout)
    /// A token is outside the vocabulary.
    case tokenOutOfVocabulary(token: TokenID, vocabularyCount: Int)
    /// A sequence would grow past the model's context.
    case contextExceeded(tokens: Int, contextTokens: Int)
    /// The model file lacks something, or a tensor of it has the wrong shape or an unknown format.
    case model(GGUFError)
    /// The model needs something that this engine does not do.
    case unsupportedModel(reason: String)
    /// The logits of a sequence hold NaN or infinity: weights or KV are damaged.
    case logitsNotFinite(sequenceIndex: Int)
    /// A prompt's KV cannot be reduced as asked.
    case selection(KVSelectionProblem)
    /// A thread of the engine's pool could not be started.
    case threadCreation(index: Int, errno: Int32)
    /// A profile's numbers contradict each other.
    case invalidProfile(name: String, problems: [String])

    /// What stands in the way of an arena.
    public enum ArenaLimit: Hashable, Sendable {
        /// The machine has fewer bytes of memory than asked for.
        case physicalMemory(bytes: Int)
        /// The kernel refused the mapping.
        case mapping(errno: Int32)
    }

    /// One sentence with the numbers and what to do.
    public var description: String {
        switch self {
        case .arenaMemory(let bytes, let blockCount, .physicalMemory(let limit)):
            "\(blockCount) KV blocks need \(bytes) bytes, the machine has \(limit): lower kv_cache.block_count"
        case .arenaMemory(let bytes, let blockCount, .mapping(let code)):
            "mapping \(bytes) bytes for \(blockCount) KV blocks failed with errno \(code): "
                + "lower kv_cache.block_count or raise the memory limit"
        case .layoutMismatch(let engine, let arena):
            "the engine's KV layout is \(engine), the arena's is \(arena): build both from one setting"
        case .tokenOutOfVocabulary(let token, let count):
            "token \(token) is outside the vocabulary of \(count): router and worker use different models"
        case .contextExceeded(let tokens, let limit):
            "the sequence would hold \(tokens) tokens, the model's context is \(limit): shorten the prompt"
        case .model(let error):
            error.description
        case .unsupportedModel(let reason):
            "this engine cannot run the model: \(reason)"
        case .logitsNotFinite(let index):
            "the logits of sequence \(index) are not finite: verify the model file's digest"
        case .selection(let problem):
            problem.description
        case .threadCreation(let index, let code):
            "compute thread \(index) could not be started, errno \(code): lower the thread count"
        case .invalidProfile(let name, let problems):
            "profile \(name): " + problems.joined(separator: "; ")
        }
    }
}
