import ServingTypes
import Testing

@testable import RouterDaemon

@Suite struct ChoiceTextTests {
    let served: ServedModel

    init() throws { served = try TestModel.served() }

    func choice(stops: [String] = [], logprobs: Bool = false) -> ChoiceText {
        var sampling = SamplingParameters()
        sampling.endTokens = served.endTokens
        sampling.topLogprobs = logprobs ? 0 : nil
        return ChoiceText(tokenizer: served.tokenizer, sampling: sampling, stops: stops, startsText: true)
    }

    @Test func `a character split over tokens is sent when it is whole`() {
        var choice = choice()
        let pieces = TestModel.tokens("é😀!").map { choice.append([$0], finish: nil).text }
        #expect(pieces == ["", "é", "", "", "", "😀", "!"])
    }

    @Test func `an unfinished character ends as a replacement character`() {
        var choice = choice()
        let delta = choice.append([TestModel.token(0xF0), TestModel.token(0x9F)], finish: .length)
        #expect(delta.text == "\u{FFFD}" && delta.finish == .length && choice.tokenCount == 2)
    }

    @Test func `the end token is counted and not shown`() {
        var choice = choice(logprobs: true)
        let delta = choice.append(
            [SampledToken(id: TestModel.hello), SampledToken(id: TestModel.end)],
            finish: .stop
        )
        #expect(delta.text == "Hello" && delta.logprobs.count == 1 && choice.tokenCount == 2)
    }

    @Test(
        arguments: [
            (["wor"], "Hello world", "Hello ", 9),
            (["xyz"], "Hello world", "Hello world", nil),
            (["o w", "lo"], "Hello world", "Hel", 5),
            (["ab", "abc"], "xabc", "x", 3),
            (["aab"], "aaab", "a", 4),
            (["é😀"], "aé😀b", "a", 7),
            (["world!"], "Hello world", "Hello world", nil),
        ] as [([String], String, String, Int?)]
    )
    func `a stop string is cut off wherever tokens end`(
        stops: [String],
        text: String,
        expected: String,
        stopTokens: Int?
    ) {
        var choice = choice(stops: stops)
        var shown = ""
        var finish: FinishReason?
        let tokens = TestModel.tokens(text)
        for (index, token) in tokens.enumerated() where finish == nil {
            let delta = choice.append([token], finish: index == tokens.count - 1 ? .length : nil)
            shown += delta.text
            finish = delta.finish
        }
        #expect(shown == expected && finish == (stopTokens == nil ? .length : .stop))
        #expect(choice.tokenCount == stopTokens ?? tokens.count, "tokens after the stop string do not count")
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `the text does not depend on how tokens are batched`(seed: UInt64) {
        var generator = SplitMix(state: seed)
        let alphabet = ["a", "b", "ab", "é", "😀", "\n"]
        let text = (0..<60).map { _ in alphabet.randomElement(using: &generator) ?? "" }.joined()
        let stops = (0..<2).map { _ in
            (0..<4).map { _ in alphabet.randomElement(using: &generator) ?? "" }.joined()
        }
        let tokens = TestModel.tokens(text)
        var whole = choice(stops: stops, logprobs: true)
        let expected = whole.append(tokens, finish: .length)
        var choice = choice(stops: stops, logprobs: true)
        var actual = ChoiceDelta(choice: 0)
        var rest = tokens[...]
        while actual.finish == nil {
            let batch = rest.prefix(Int.random(in: 1...7, using: &generator))
            rest = rest.dropFirst(batch.count)
            actual.append(choice.append(Array(batch), finish: rest.isEmpty ? .length : nil))
        }
        #expect(actual == expected, "seed \(seed)")
        #expect(choice.tokenCount == whole.tokenCount, "seed \(seed)")
        let shown = actual.logprobs.flatMap { served.tokenizer.bytes(of: $0.token.id) }
        #expect(
            String(decoding: shown, as: UTF8.self) == actual.text,
            "log probabilities fit the text, seed \(seed)"
        )
    }

    @Test func `log probabilities wait for their text`() {
        var choice = choice(stops: ["lot"], logprobs: true)
        var entries: [[Int]] = []
        for token in TestModel.tokens("Helloé") {
            entries.append(choice.append([token], finish: nil).logprobs.map(\.textOffset))
        }
        // The second "l" frees the first; "o" waits with the second, and "é" for its last byte.
        #expect(entries == [[0], [1], [], [2], [], [], [3, 4, 5, 5]])
    }
}
