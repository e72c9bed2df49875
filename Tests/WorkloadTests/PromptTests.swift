import ServingTypes
import Testing

@testable import Workload

/// Prompts have the lengths and the shared prefixes that were asked for, and depend on the seed alone.
@Suite struct PromptTests {
    static let vocabulary: Range<TokenID> = 100..<1_100

    static func synthetic(
        _ seed: UInt64,
        input: Int = 40,
        ratio: Double = 0.5,
        prefix: Int = 16,
        prefixes: Int = 3
    ) throws -> SyntheticPrompts {
        try SyntheticPrompts(
            count: 60,
            lengths: LengthRange(inputTokens: input, outputTokens: 10, rangeRatio: ratio),
            prefixTokens: prefix,
            prefixCount: prefixes,
            vocabulary: vocabulary,
            seed: seed
        )
    }

    @Test(arguments: UInt64(1)...5)
    func `lengths, vocabulary and prefixes are as asked`(seed: UInt64) throws {
        let prompts = try Self.synthetic(seed)
        var prefixes: [Int: ArraySlice<TokenID>] = [:]
        var lengths: Set<Int> = []
        for index in 0..<prompts.count {
            let tokens = prompts.tokens(at: index)
            let asked = prompts.lengths(at: index)
            #expect(tokens.count == asked.promptTokens)
            #expect((36...76).contains(asked.promptTokens))
            #expect((5...15).contains(asked.outputTokens))
            #expect(tokens.allSatisfy(Self.vocabulary.contains))
            let group = prompts.prefix(at: index)
            #expect(
                prefixes[group] == nil || prefixes[group] == tokens.prefix(16),
                "seed \(seed), request \(index)"
            )
            prefixes[group] = tokens.prefix(16)
            lengths.insert(asked.promptTokens)
        }
        #expect(prefixes.count == 3)
        #expect(Set(prefixes.values).count == 3)
        #expect(lengths.count > 20)
        // Beyond the prefix no two prompts begin alike.
        #expect(Set((0..<60).map { prompts.tokens(at: $0)[16..<20].map { $0 } }).count == 60)
    }

    @Test func `equal seeds give equal prompts in any order, others give others`() throws {
        let (first, second) = (try Self.synthetic(7), try Self.synthetic(7))
        let forwards = (0..<60).map { first.tokens(at: $0) }
        let backwards = (0..<60).reversed().map { second.tokens(at: $0) }
        #expect(forwards == backwards.reversed())
        #expect(try Self.synthetic(8).tokens(at: 0) != forwards[0])
    }

    @Test(arguments: [
        (1_024, 0.0, 1_024...1_024, 128...128), (1_024, 0.5, 512...1_536, 64...192),
        (3, 0.5, 1...5, 64...192),
        (0, 0.9, 0...0, 12...244),
    ])
    func `ranges are those of vllm bench serve`(
        input: Int,
        ratio: Double,
        inputs: ClosedRange<Int>,
        outputs: ClosedRange<Int>
    ) throws {
        let range = try LengthRange(inputTokens: input, outputTokens: 128, rangeRatio: ratio)
        #expect(range.input == inputs)
        #expect(range.output == outputs)
    }

    @Test func `prompts without a token and ratios of one are refused`() throws {
        #expect(throws: WorkloadError.emptyPrompts(shortest: 0)) {
            try Self.synthetic(1, input: 1, ratio: 0.5, prefix: 0)
        }
        #expect(throws: WorkloadError.self) {
            try LengthRange(inputTokens: 1, outputTokens: 1, rangeRatio: 1)
        }
        #expect(throws: WorkloadError.self) { try LengthRange(inputTokens: 1, outputTokens: 0) }
    }

    @Test func `equal leading block identities are equal leading tokens, and no others`() throws {
        func record(_ tokens: Int, _ blocks: [UInt64]) -> TraceRecord {
            TraceRecord(arrival: .zero, inputTokens: tokens, outputTokens: 9, blockIDs: blocks)
        }
        let trace = Trace(
            records: [
                record(20, [1, 2, 3]), record(24, [1, 2, 4]), record(18, [1, 2, 3]), record(20, [5, 2]),
                record(9, []),
            ],
            blockTokens: 8
        )
        let prompts = try TracePrompts(
            trace,
            inputLimit: 22,
            outputLimit: 4,
            vocabulary: Self.vocabulary,
            seed: 1
        )
        let tokens = (0..<5).map { prompts.tokens(at: $0) }
        #expect(tokens.map(\.count) == [20, 22, 18, 20, 9])
        func shared(_ left: Int, _ right: Int) -> Int {
            zip(tokens[left], tokens[right]).prefix { $0 == $1 }.count
        }
        #expect(shared(0, 1) == 16)
        #expect(shared(0, 2) == 18)
        #expect(shared(0, 3) == 0)
        #expect(shared(0, 4) == 0)
        // A block's tokens follow from its identity alone.
        #expect(tokens[0][8..<16] == tokens[3][8..<16])
        #expect(prompts.lengths(at: 0) == RequestLengths(promptTokens: 20, outputTokens: 4))
    }

    @Test func `the prefixes of a recorded trace come out as recorded`() throws {
        let trace = try Trace.read(try SmallRun.golden("mooncake.jsonl"), format: .mooncake)
        let prompts = try TracePrompts(trace, vocabulary: 0..<32_000, seed: 5)
        let first = prompts.tokens(at: 0)
        for index in 1..<12 {
            let common = zip(first, prompts.tokens(at: index)).prefix { $0 == $1 }.count
            // All share the first block, none the second; a chance token may agree.
            #expect((512...513).contains(common), "request \(index) shares \(common) tokens")
        }
    }

    @Test(arguments: [1.0, 0.75, 2])
    func `text has a word for each token and shares what the tokens share`(wordsPerToken: Double) throws {
        let prompts = try Self.synthetic(3, prefixes: 1)
        let texts = (0..<2).map { prompts.text(at: $0, wordsPerToken: wordsPerToken).split(separator: " ") }
        for (index, words) in texts.enumerated() {
            let tokens = prompts.lengths(at: index).promptTokens
            #expect(words.count == Int(Double(tokens) * wordsPerToken))
        }
        let shared = zip(texts[0], texts[1]).prefix { $0 == $1 }.count
        #expect(shared >= Int(16 * wordsPerToken))
        #expect(shared <= Int(16 * wordsPerToken) + 4)
    }

    @Test func `a chat grows by its questions and the answers that came`() throws {
        let settings = ConversationSettings(
            turns: 2...4,
            lengths: try LengthRange(inputTokens: 6, outputTokens: 5),
            systemTokens: 12,
            systemCount: 2,
            meanThinkTime: .seconds(3)
        )
        let plans = try ConversationPlans(count: 200, settings: settings, seed: 2)
        var conversation = Conversation(plans.plan(at: 0))
        var rounds = 0
        while let messages = conversation.ask() {
            rounds += 1
            #expect(messages.count == 2 * rounds)
            #expect(
                messages.map(\.role.rawValue) == ["system"]
                    + (0..<2 * rounds - 1).map { $0 % 2 == 0 ? "user" : "assistant" }
            )
            conversation.answer("answer \(rounds)")
        }
        #expect(rounds == plans.turnCount(at: 0))
        #expect(conversation.history.last == .init(role: .assistant, text: "answer \(rounds)"))
        #expect(conversation.nextTurn == nil)
    }

    @Test func `chats are as long, as slow and as alike as asked`() throws {
        let settings = ConversationSettings(
            turns: 2...4,
            lengths: try LengthRange(inputTokens: 6, outputTokens: 5),
            systemTokens: 12,
            systemCount: 2,
            meanThinkTime: .seconds(3)
        )
        let plans = try ConversationPlans(count: 400, settings: settings, seed: 2)
        let all = (0..<400).map(plans.plan)
        #expect(Set(all.map(\.turns.count)) == [2, 3, 4])
        #expect(Set(all.compactMap(\.system)).count == 2)
        #expect(all.allSatisfy { $0.turns[0].thinkTime == .zero })
        let pauses = all.flatMap { $0.turns.dropFirst() }.map(\.thinkTime.inSeconds)
        let mean = pauses.reduce(0, +) / Double(pauses.count)
        #expect(abs(mean - 3) < 0.4, "mean pause \(mean) s")
        #expect(try ConversationPlans(count: 400, settings: settings, seed: 2).plan(at: 9) == all[9])
        var failed = Conversation(all[0])
        #expect(failed.ask() != nil)
        failed.abandon()
        #expect(failed.ask() == nil)
    }
}
