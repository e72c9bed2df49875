internal import ServingTypes

/// Random prompts whose tokens every vocabulary has.
enum StepsPrompt {
    static func make(tokens count: Int, _ random: inout SplitMix64) -> [TokenID] {
        (0..<count).map { _ in TokenID(random.int(in: 300...599)) }
    }
}
