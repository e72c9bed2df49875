import KVCache
import ServingCore
import ServingTypes

/// The requests of a run: unrelated prompts, shared prefixes, later turns of conversations, several choices
/// of one prompt, single tokens, and now and then a prompt that no worker can hold.
enum RequestMix {
    static func requests(_ scenario: SimulationScenario, _ random: inout SplitMix64) -> [SimulatedRequest] {
        let model = TokenModel(layerCount: scenario.layout.layerCount)
        let key = BlockHashKey(rawValue: random.bytes128())
        let hasher = BlockHasher(key: key, blockTokens: scenario.layout.blockTokens)
        let shared = (0..<2).map { _ in tokens(random.int(in: 4...24), &random) }
        var conversations: [[TokenID]] = []
        return (0..<scenario.requests).map { index in
            var sampling = SamplingParameters()
            sampling.seed = random.next()
            sampling.choiceIndex = UInt32(random.int(in: 0...2))
            sampling.endTokens = random.chance(perMille: 700) ? [TokenModel.endToken] : []
            sampling.maxTokens = random.int(in: 1...scenario.maxOutputTokens)
            let prompt = prompt(scenario, shared, conversations, &random)
            let answer = model.answer(
                to: prompt,
                promptTokens: prompt.count,
                sampling,
                contextTokens: scenario.contextTokens
            )
            conversations.append(prompt + answer.output)
            let (codec, budget) = (drawCodec(scenario, &random), drawBudget(scenario, &random))
            let submission = Submission(
                request: RequestID(rawValue: random.bytes128()),
                promptTokens: prompt,
                sampling: sampling,
                hashKey: key,
                blockHashes: hasher.hashes(of: prompt),
                secret: random.bytes128(),
                quality: KVQuality(codecs: codec.isLossy ? [.raw, codec] : [.raw], budget: budget),
                terms: drawTerms(scenario, &random)
            )
            let arrivesAt = Timestamp.zero + random.microseconds(in: 0...scenario.arrivalSpan)
            let leaves = random.chance(perMille: scenario.cancelsPerMille)
            let patience = random.microseconds(in: 0...300_000)
            return SimulatedRequest(
                submission: submission,
                arrivesAt: arrivesAt,
                leavesAt: leaves ? arrivesAt + patience : nil,
                codec: codec,
                budget: budget,
                tags: answer.tags,
                stream: StreamChecker(expected: answer.output, finish: answer.finish)
            )
        }
    }

    /// Three tenants, one of which sends most, and all priorities.
    private static func drawTerms(_ scenario: SimulationScenario, _ random: inout SplitMix64) -> ServiceTerms
    {
        var terms = ServiceTerms()
        let tenant = max(0, random.int(in: 0...9) - 7)
        terms.tenant = TenantTag(rawValue: UInt64(tenant))
        terms.weight = tenant + 1
        terms.priority = RequestPriority.allCases.randomElement(&random) ?? .interactive
        if random.chance(perMille: 200) { terms.ttftLimit = random.microseconds(in: 1...100_000) }
        if random.chance(perMille: scenario.termsPerMille) {
            terms.tpotLimit = random.microseconds(in: 500...20_000)
        }
        if random.chance(perMille: scenario.termsPerMille) {
            terms.expectedOutput = random.int(in: 1...scenario.maxOutputTokens)
        }
        return terms
    }

    private static func drawCodec(_ scenario: SimulationScenario, _ random: inout SplitMix64) -> KVCodec {
        guard random.chance(perMille: scenario.lossyPerMille) else { return .raw }
        return random.chance(perMille: 500) ? .q8 : .cachegen
    }

    private static func drawBudget(_ scenario: SimulationScenario, _ random: inout SplitMix64) -> KVBudget? {
        guard random.chance(perMille: scenario.budgetsPerMille) else { return nil }
        let (sinks, recents) = (random.int(in: 1...4), random.int(in: 1...6))
        let tokens = sinks + recents + random.int(in: 1...12)
        return KVBudget(tokens: tokens, sinkTokens: sinks, recentTokens: recents)
    }

    private static func prompt(
        _ scenario: SimulationScenario,
        _ shared: [[TokenID]],
        _ conversations: [[TokenID]],
        _ random: inout SplitMix64
    ) -> [TokenID] {
        let kind = random.int(in: 0...99)
        if kind == 0 { return tokens(scenario.contextTokens + random.int(in: 0...20), &random) }
        var prompt: [TokenID] = []
        if kind < 40 { prompt = shared[kind % shared.count] }
        if kind >= 60, !conversations.isEmpty {
            prompt = conversations[random.int(in: 0...conversations.count - 1)]
        }
        // The same prompt again, as for several choices, or one that goes on.
        if kind < 85 || prompt.isEmpty { prompt += tokens(random.int(in: 1...16), &random) }
        return Array(prompt.prefix(scenario.maxPromptTokens))
    }

    private static func tokens(_ count: Int, _ random: inout SplitMix64) -> [TokenID] {
        (0..<count).map { _ in TokenID(random.next() % TokenModel.vocabularySize) }
    }
}
