import ServingTypes

/// One client's stream: the right tokens, in order, each exactly once, and nothing after its end.
struct StreamChecker: Sendable {
    private(set) var expected: [TokenID]
    private(set) var expectedFinish: FinishReason
    private(set) var deliveredCount = 0
    private(set) var isOver = false

    init(expected: [TokenID], finish: FinishReason) {
        self.expected = expected
        expectedFinish = finish
    }

    /// A new attempt must go on from what was delivered.
    func resume(from output: ArraySlice<TokenID>) -> String? {
        guard output.elementsEqual(expected.prefix(deliveredCount)) else {
            return "an attempt goes on from \(output.count) other tokens than the \(deliveredCount) delivered"
        }
        return nil
    }

    /// What is right from here on depends on what the current attempt keeps of the prompt.
    mutating func expect(_ continuation: TokenModel.Answer) {
        expected = expected.prefix(deliveredCount) + continuation.output
        expectedFinish = continuation.finish
    }

    mutating func deliver(_ tokens: [SampledToken], firstIndex: Int) -> String? {
        guard !isOver else { return "token \(firstIndex) came after the end" }
        guard firstIndex == deliveredCount else {
            return "token \(firstIndex) came, \(deliveredCount) was due"
        }
        guard !tokens.isEmpty else { return "an empty batch was emitted at \(firstIndex)" }
        for token in tokens {
            guard deliveredCount < expected.count else { return "token \(deliveredCount) is one too many" }
            guard token.id == expected[deliveredCount] else {
                return "token \(deliveredCount) is \(token.id), expected \(expected[deliveredCount])"
            }
            deliveredCount += 1
        }
        return nil
    }

    mutating func finish(_ reason: FinishReason) -> String? {
        guard !isOver else { return "finished after its end" }
        isOver = true
        guard deliveredCount == expected.count else {
            return "finished after \(deliveredCount) of \(expected.count) tokens"
        }
        return reason == expectedFinish ? nil : "finished with \(reason), expected \(expectedFinish)"
    }

    /// The request failed, or its client left.
    mutating func abandon() -> String? {
        guard !isOver else { return "ended twice" }
        isOver = true
        return nil
    }
}
