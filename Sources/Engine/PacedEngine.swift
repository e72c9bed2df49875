public import ServingTypes
internal import Synchronization

/// An engine that takes the time of another machine and computes nothing but a hash.
///
/// Durations come from a ``PacedProfile``. Tokens and KV bytes are functions of the prompt's tokens, the
/// position and the sampling parameters, and the hash's running state lives in the KV arena: a step reads it
/// back, so KV that is missing, damaged or in the wrong place yields wrong tokens, as with a real model. It
/// serves to measure schedulers, links and failures, and to rehearse a cluster; it answers no question.
///
/// Memory and network traffic are real: a token costs `layout.tokenBytes` bytes. A selection keeps evenly spread
/// tokens in all heads and takes no time; decoding on the reduced cache is deterministic, costs what its length
/// costs, and yields other tokens than the full cache, as a lossy hand-off may.
public final class PacedEngine: InferenceEngine {
    /// Name, digest of the profile, vocabulary.
    public let identity: EngineIdentity
    /// KV shape of the imitated model.
    public let layout: KVLayout
    /// What is imitated.
    public let profile: PacedProfile
    private let pacer: Pacer

    /// Opens the engine.
    ///
    /// - Parameters:
    ///   - blockTokens: tokens per KV block, a power of two.
    ///   - timeScale: factor on all durations; 0 never sleeps.
    ///   - modelDigest: stands for the digest of the profile when the router tokenizes with a model file.
    /// - Throws: ``EngineError/invalidProfile(name:problems:)`` naming every problem.
    public init(
        profile: PacedProfile,
        blockTokens: Int = 16,
        timeScale: Double = 1,
        modelDigest: Bytes128? = nil
    ) throws(EngineError) {
        precondition(timeScale >= 0 && timeScale.isFinite, "timeScale is \(timeScale)")
        let problems = profile.problems
        guard problems.isEmpty else { throw .invalidProfile(name: profile.name, problems: problems) }
        self.profile = profile
        layout = KVLayout(
            layerCount: profile.layerCount,
            kvHeadCount: profile.kvHeadCount,
            headDim: profile.headDim,
            type: profile.kvType,
            blockTokens: blockTokens
        )
        pacer = Pacer(timeScale: timeScale)
        let digest = modelDigest ?? Self.digest(of: profile)
        identity = EngineIdentity(
            modelName: profile.modelName,
            modelDigest: digest,
            numericsClass: "\(digest.description.prefix(8))/kv-\(profile.kvType.rawValue)/paced",
            vocabularyCount: profile.vocabularyCount,
            contextTokens: profile.contextTokens,
            endTokens: profile.endTokens
        )
    }

    /// Writes KV layer by layer at the pace of the profile, then draws the tokens.
    public func step(_ batch: [StepSequence], arena: KVArena, afterLayer: (Int) -> Void)
        throws(EngineError) -> [StepOutcome]
    {
        try validate(batch, arena: arena)
        let memory = PacedMemory(arena: arena)
        let states = batch.map { running($0, memory) }
        let words = states.map { states in states.flatMap { [$0.low, $0.high] } }
        pacer.pace(
            seconds: profile.stepSeconds(batch),
            layerCount: layout.layerCount,
            work: { layer in
                for (sequence, words) in zip(batch, words) {
                    memory.write(words, layer: layer, position: sequence.position, table: sequence.table)
                    if let selection = sequence.selection {
                        memory.select(selection, layer: layer, of: sequence)
                    }
                }
            },
            afterLayer: afterLayer
        )
        return zip(batch, states).map { sequence, states in
            guard let request = sequence.sample, let state = states.last else {
                return StepOutcome(token: nil)
            }
            var mixed = memory.attend(state, at: sequence.endPosition - 1, table: sequence.table)
            // A real model's tokens depend on positions too: a wrong offset must not go unseen.
            if sequence.rotaryOffset > 0 { mixed = mixed.absorbing(UInt64(sequence.rotaryOffset)) }
            return StepOutcome(token: token(for: request, state: mixed))
        }
    }

    /// The states after each new token, continuing from what the arena holds.
    private func running(_ sequence: StepSequence, _ memory: PacedMemory) -> [PacedState] {
        var state =
            sequence.position == 0
            ? PacedState(digest: identity.modelDigest)
            : memory.state(at: sequence.position - 1, table: sequence.table)
        return sequence.tokens.map { token in
            state = state.absorbing(UInt64(token) + 1)
            return state
        }
    }

    /// The output token of a state: uniform over the output range, or an end token one time in the mean length.
    private func token(for request: SampleRequest, state: PacedState) -> SampledToken {
        let parameters = request.parameters
        var state = state
        if parameters.temperature > 0 {
            let generator = CounterGenerator(seed: parameters.seed, choice: parameters.choiceIndex)
            state = state.absorbing(generator.word(at: request.output.count))
        }
        var id = profile.firstOutputToken + TokenID(state.low % UInt64(profile.outputTokenCount))
        while profile.endTokens.contains(id) { id = following(id) }
        if let mean = profile.meanOutputTokens, state.high % UInt64(mean) == 0,
            let end = profile.endTokens.first
        {
            id = end
        }
        guard let topCount = parameters.topLogprobs else { return SampledToken(id: id) }
        return withLogprobs(id, topCount: topCount)
    }

    /// The next token of the output range, wrapping around.
    private func following(_ token: TokenID) -> TokenID {
        let offset = (Int(token) - Int(profile.firstOutputToken) + 1) % profile.outputTokenCount
        return profile.firstOutputToken + TokenID(offset)
    }

    /// Every output token is as likely as any other, and the log probabilities say so.
    private func withLogprobs(_ id: TokenID, topCount: Int) -> SampledToken {
        let value = Float(-DeterministicMath.log(Double(profile.outputTokenCount)))
        var top: [SampledToken.Logprob] = []
        var next = id
        while top.count < min(topCount, profile.outputTokenCount) {
            top.append(SampledToken.Logprob(token: next, value: value))
            next = following(next)
        }
        return SampledToken(id: id, logprob: value, top: top)
    }

    /// A digest of all that decides tokens and KV bytes; times are left out.
    private static func digest(of profile: PacedProfile) -> Bytes128 {
        let text =
            "\(profile.name)|\(profile.modelName)|\(profile.layerCount)|\(profile.kvHeadCount)"
            + "|\(profile.headDim)|\(profile.kvType.rawValue)|\(profile.vocabularyCount)|\(profile.endTokens)"
            + "|\(profile.firstOutputToken)|\(profile.outputTokenCount)|\(profile.meanOutputTokens ?? 0)"
        let state = text.utf8.reduce(PacedState(low: 0, high: 0)) { $0.absorbing(UInt64($1) + 1) }
        return Bytes128(high: state.high, low: state.low)
    }
}
