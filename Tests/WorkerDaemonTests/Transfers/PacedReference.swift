import Engine
import ServingTypes

/// What a paced cluster must answer, computed on one engine with nothing between.
struct PacedReference {
    static let profile = PacedProfile(
        name: "transfer-test",
        modelName: "transfer-test",
        layerCount: 6,
        kvHeadCount: 2,
        headDim: 16,
        kvType: .f16,
        contextTokens: 2_048,
        vocabularyCount: 5_000,
        endTokens: [2],
        firstOutputToken: 10,
        outputTokenCount: 4_000,
        meanOutputTokens: nil,
        prefillBaseSeconds: 0,
        prefillMemorySeconds: 0,
        prefillTokenSeconds: 0,
        prefillAttentionSeconds: 0,
        decodeBaseSeconds: 0,
        decodeSequenceSeconds: 0,
        decodeContextSeconds: 0
    )

    let engine: PacedEngine
    private let arena: KVArena

    init() throws {
        engine = try PacedEngine(profile: Self.profile, timeScale: 0)
        arena = try KVArena(layout: engine.layout, blockCount: 2_048 / 16)
    }

    /// The first tokens after a prompt.
    func answer(to prompt: [TokenID], _ sampling: SamplingParameters) throws -> [TokenID] {
        let table = (0..<arena.blockCount).map { BlockIndex(rawValue: UInt32($0)) }
        var tokens = prompt
        var computed = 0
        while tokens.count - prompt.count < sampling.maxTokens {
            let sequence = StepSequence(
                tokens: tokens[computed...],
                position: computed,
                table: table,
                sample: SampleRequest(parameters: sampling, output: tokens[prompt.count...])
            )
            guard let token = try engine.step([sequence], arena: arena, afterLayer: { _ in })[0].token else {
                break
            }
            computed = tokens.count
            tokens.append(token.id)
        }
        return Array(tokens[prompt.count...])
    }
}
