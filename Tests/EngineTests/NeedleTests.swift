import ModelFormat
import ServingTypes
import Testing
import Tokenization

@testable import Engine

/// On the built-in model, what a question asks for survives a small budget.
@Suite struct NeedleTests {
    private static let budgetTokens = 96
    private static let places = ["salty canyon", "velvet chapel", "dusty quarry", "noisy stadium"]
    private let engine: CPUEngine
    private let tokenizer: Tokenizer
    private let template: ChatTemplate

    init() throws {
        let model = try Fixture.builtInModel()
        engine = try CPUEngine(model: model, kvType: .f16, threadCount: 2)
        let vocabulary = try Vocabulary(from: model)
        tokenizer = try Tokenizer(vocabulary)
        template = try ChatTemplate(vocabulary)
    }

    /// A long prompt, what answers it, and where the code stands in it.
    private struct Question {
        var prompt: [TokenID]
        var answer: String
        var code: Range<Int>
    }

    /// About 750 tokens with four codes; the asked one is `place`'s, after `depth` of 93 sentences.
    private func question(_ place: String, depth: Int, using random: inout Randomness) throws -> Question {
        let names = ["Anna", "Ben", "Clara", "Hugo"]
        let ways = ["walked to", "looked for", "waited at"]
        let spots = ["blue harbour", "old garden", "tiny museum", "quiet river"]
        var sentences = (0..<90).map { _ in
            "\(names.shuffled(using: &random)[0]) \(ways.shuffled(using: &random)[0]) "
                + "the \(spots.shuffled(using: &random)[0])."
        }
        let codes = Self.places.map { _ in String(Int.random(in: 1_000...9_999, using: &random)) }
        let asked = try #require(Self.places.firstIndex(of: place))
        let answer = "The code of the \(place) is \(codes[asked])."
        for (index, other) in Self.places.enumerated() where index != asked {
            sentences.insert("The code of the \(other) is \(codes[index]).", at: 20 * (index + 1))
        }
        sentences.insert(answer, at: depth)
        sentences.append("What is the code of the \(place)?")
        let text = sentences.joined(separator: " ")
        let prompt = try tokenizer.encodeChat([ChatMessage(role: .user, content: text)], with: template)
        let digits = tokenizer.encode(" is \(codes[asked]).", addSpecial: false, parseSpecial: false)
        let first = try #require(
            prompt.indices.first { prompt[$0...].starts(with: digits) },
            "the code's tokens stand in the prompt"
        )
        return Question(prompt: prompt, answer: answer, code: first..<first + digits.count)
    }

    /// The answer from reduced KV, and whether a head of any layer kept the whole code.
    private func ask(_ question: Question, recentTokens: Int) throws -> (answer: String, isKept: Bool) {
        let table = Fixture.table(engine.layout, tokens: question.prompt.count)
        let reduced = Fixture.table(engine.layout, tokens: Self.budgetTokens + 40, first: table.count)
        let arena = try KVArena(layout: engine.layout, blockCount: table.count + reduced.count)
        var greedy = SamplingParameters()
        greedy.temperature = 0
        let step = StepSequence(
            tokens: question.prompt[...],
            position: 0,
            table: table,
            sample: SampleRequest(parameters: greedy, output: []),
            selection: KVSelection(
                budgetTokens: Self.budgetTokens,
                recentTokens: recentTokens,
                table: reduced
            )
        )
        let first = try #require(try engine.step([step], arena: arena) { _ in }.first?.token)
        let isKept = (0..<engine.layout.layerCount).contains { layer in
            (0..<engine.layout.kvHeadCount).contains { kvHead in
                let kept = Fixture.kept(
                    arena,
                    layer: layer,
                    kvHead: kvHead,
                    of: table,
                    promptTokens: question.prompt.count,
                    in: reduced,
                    budgetTokens: Self.budgetTokens
                )
                return question.code.allSatisfy(kept.contains)
            }
        }
        let output = try Fixture.decode(
            engine,
            arena: arena,
            table: reduced,
            promptTokens: question.prompt.count,
            budgetTokens: Self.budgetTokens,
            output: [first.id],
            count: 40,
            parameters: greedy
        )
        let text = output.prefix { !tokenizer.isEndOfGeneration($0) }
        return (tokenizer.decode(text), isKept)
    }

    @Test func `An eighth of a prompt holds the asked code, and its last tokens alone do not`() throws {
        var random = Randomness(seed: 61)
        var (kept, right, rightWithout) = (0, 0, 0)
        for index in 0..<8 {
            let place = Self.places[index % 4]
            let question = try question(place, depth: 11 * index, using: &random)
            #expect(question.prompt.count > 7 * Self.budgetTokens)
            let selected = try ask(question, recentTokens: 32)
            kept += selected.isKept ? 1 : 0
            right += selected.answer == question.answer ? 1 : 0
            let recent = try ask(question, recentTokens: Self.budgetTokens - 4)
            rightWithout += recent.answer == question.answer ? 1 : 0
        }
        #expect(kept >= 7, "\(kept) of 8 codes are kept, seed 61")
        #expect(right >= 7, "\(right) of 8 answers are right, seed 61")
        #expect(rightWithout == 0, "\(rightWithout) of 8 answers are right without selection, seed 61")
    }
}
