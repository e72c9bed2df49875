import ServingTypes
import Testing

@testable import ServingCore

/// When, after its submission, each attempt of a request was placed, gave new tokens and ended.
@Suite struct AttemptTimesTests {
    @Test("each attempt keeps its own times, and repeated tokens are nothing new")
    func times() throws {
        var scene = RouterScene()
        let steps: [RouterScene.Step] = [
            .register("p1"), .register("d1"), .register("d2"),
            .load("p1"), .load("d1"), .load("d2"),
            .wait(.milliseconds(5)), .submit(),
            .accept("p1"), .accept("d1"), .wait(.milliseconds(20)), .tokens("p1", at: 0, [10]),
            .wait(.milliseconds(10)), .tokens("d1", at: 0, [10, 11]),
            .wait(.milliseconds(3)), .lose("d1"),
            .wait(.milliseconds(7)), .tokens("p1", attempt: 2, at: 2, [12]),
            .wait(.milliseconds(4)), .tokens("d2", attempt: 2, at: 2, [12, 13], finish: .length),
            .wait(.milliseconds(9)), .end("p1", attempt: 2), .end("d2", attempt: 2),
        ]
        for step in steps { _ = scene.take(step) }
        let records = scene.actions.compactMap { action in
            if case .record(let record) = action { record } else { nil }
        }
        let record = try #require(records.first)
        #expect(record.attempts.count == 2)
        let times = record.attempts.map { attempt in
            [attempt.placedAfter, attempt.firstTokenAfter, attempt.secondTokenAfter, attempt.endedAfter]
        }
        let milliseconds = { (values: [Int64]) in values.map { Duration?.some(.milliseconds($0)) } }
        #expect(times == [milliseconds([0, 20, 30, 33]), milliseconds([33, 40, 44, 44])])
    }
}
