import ServingTypes
import Testing

/// How many lost workers a request outlives: as many as it likes while it moves on, few while it does not.
@Suite struct RouterProgressTests {
    /// Nine decode workers, each of which is lost in turn, after a new token or without one.
    private static func losses(survivedWith newTokens: Bool) -> Int {
        var scene = RouterScene()
        for name in ["p1"] + (1...9).map({ "d\($0)" }) { _ = scene.take(.register(name)) }
        _ = scene.take(.submit(maxTokens: 20))
        for number in 1...8 {
            let worker = "d\(number)"
            if newTokens {
                let step = RouterScene.Step.tokens(
                    worker,
                    attempt: UInt32(number),
                    at: number - 1,
                    [TokenID(10 + number)]
                )
                guard scene.take(step) == ["emit \(number - 1): [\(10 + number)]"] else { return number - 1 }
            }
            let words = scene.take(.lose(worker))
            guard words.contains(where: { $0.hasPrefix("assign d\(number + 1)#\(number + 1)") }) else {
                return number - 1
            }
        }
        return 8
    }

    @Test func anAnswerThatMovesOnOutlivesMoreFailuresThanTheLimit() {
        #expect(Self.losses(survivedWith: true) == 8)
    }

    @Test func withoutANewTokenTheFifthFailureIsTheLast() {
        #expect(Self.losses(survivedWith: false) == 4)
    }
}
