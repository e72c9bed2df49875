import ServingTypes
import Testing

/// Dialogues of one request with its workers: each row's name is a requirement, each line a step and what
/// must follow.
@Suite struct RouterDialogueTests {
    typealias Line = (RouterScene.Step, [String])

    struct Dialogue: Sendable, CustomTestStringConvertible {
        let requirement: String
        let workers: [String]
        let lines: [Line]
        var testDescription: String { requirement }

        init(_ requirement: String, _ workers: [String], _ lines: [Line]) {
            (self.requirement, self.workers, self.lines) = (requirement, workers, lines)
        }

        init(_ requirement: String, _ lines: [Line]) { self.init(requirement, ["p1", "d1"], lines) }
    }

    /// Request 1 placed on d1 and p1.
    static let asked: [Line] = [
        (.submit(), ["assign d1#1 decode from p1 [1, 2, 3]", "assign p1#1 prefill for d1 [1, 2, 3]"])
    ]

    /// Both are willing.
    static let placed: [Line] = asked + [(.accept("p1"), []), (.accept("d1"), [])]

    /// What a second attempt on the same pair looks like.
    static let again = ["assign d1#2 decode from p1 [1, 2, 3]", "assign p1#2 prefill for d1 [1, 2, 3]"]

    static let streams = [
        Dialogue(
            "the tokens of both workers form one stream",
            placed + [
                (.tokens("p1", at: 0, [10]), ["emit 0: [10]"]),
                (.tokens("d1", at: 0, [10]), []),
                (.end("p1"), []),
                (.tokens("d1", at: 1, [11, 12]), ["emit 1: [11, 12]"]),
                (.tokens("d1", at: 3, [13], finish: .length), ["emit 3: [13]", "finish length"]),
                (.end("d1"), ["record"]),
            ]
        ),
        Dialogue(
            "the decode worker may be faster than the first token",
            placed + [
                (.tokens("d1", at: 0, [10]), ["emit 0: [10]"]),
                (.tokens("p1", at: 0, [10]), []),
                (
                    .tokens("d1", at: 1, [RouterScene.endToken], finish: .stop),
                    ["emit 1: [99]", "finish stop"]
                ),
            ]
        ),
        Dialogue(
            "an answer that ends at the prefill worker takes the reservation back",
            placed + [
                (
                    .tokens("p1", at: 0, [RouterScene.endToken], finish: .stop),
                    ["emit 0: [99]", "finish stop", "cancel d1#1"]
                ),
                (.end("p1"), ["record"]),
            ]
        ),
        Dialogue(
            "a worker that does not stop is stopped at the limit",
            placed + [
                (
                    .tokens("d1", at: 0, [10, 11, 12, 13, 14, 15]),
                    ["emit 0: [10, 11, 12, 13]", "finish length", "cancel p1#1", "cancel d1#1", "record"]
                )
            ]
        ),
        Dialogue(
            "a worker may end an answer at the end of its context",
            placed + [
                (.tokens("d1", at: 0, [10], finish: .length), ["emit 0: [10]", "finish length"])
            ]
        ),
        Dialogue(
            "a finished request does not wait for reports for ever",
            placed + [
                (
                    .tokens("d1", at: 0, [RouterScene.endToken], finish: .stop),
                    ["emit 0: [99]", "finish stop"]
                ),
                (.wait(.seconds(2)), ["cancel p1#1", "cancel d1#1", "record"]),
            ]
        ),
        Dialogue(
            "a cancelled request takes its work back and stays silent",
            placed + [
                (.tokens("p1", at: 0, [10]), ["emit 0: [10]"]),
                (.cancel(), ["cancel p1#1", "cancel d1#1", "record"]),
                (.tokens("d1", at: 0, [10, 11]), []), (.end("d1"), []), (.cancel(), []),
            ]
        ),
    ]

    static let deadlines = [
        Dialogue(
            "a worker that does not answer in time has failed",
            asked + [
                (.accept("p1"), []),
                (.wait(.milliseconds(1_999)), []),
                (.wait(.milliseconds(1)), ["cancel p1#1", "cancel d1#1"] + again),
            ]
        ),
        Dialogue(
            "tokens are an answer",
            asked + [
                (.accept("d1"), []),
                (.tokens("p1", at: 0, [10]), ["emit 0: [10]"]),
                (.wait(.seconds(20)), []),
            ]
        ),
        Dialogue(
            "a hand-off that never comes ends with the lease",
            placed + [
                (.wait(.seconds(30)), []),
                (.wait(.seconds(1)), ["cancel p1#1", "cancel d1#1"] + again),
            ]
        ),
        Dialogue(
            "a silent decode worker has failed",
            placed + [
                (.tokens("d1", at: 0, [10]), ["emit 0: [10]"]),
                (.wait(.seconds(29)), []),
                (.tokens("d1", at: 1, [11]), ["emit 1: [11]"]),
                (.wait(.seconds(29)), []),
                (
                    .wait(.seconds(1)),
                    [
                        "cancel p1#1", "cancel d1#1", "assign d1#2 decode from p1 [1, 2, 3, 10, 11]",
                        "assign p1#2 prefill for d1 [1, 2, 3, 10, 11]",
                    ]
                ),
            ]
        ),
    ]

    static let refusals = [
        Dialogue(
            "a refusal leads to the next plan and is no failure",
            ["p1", "p2", "d1"],
            asked + [
                (
                    .refuse("p1"),
                    [
                        "cancel d1#1", "assign d1#2 decode from p2 [1, 2, 3]",
                        "assign p2#2 prefill for d1 [1, 2, 3]",
                    ]
                )
            ]
        ),
        Dialogue(
            "a worker that refused is asked again after its next report",
            asked + [
                (.refuse("d1", .draining), ["cancel p1#1"]),
                (.wait(.milliseconds(50)), []),
                (.load("d1"), again),
            ]
        ),
        Dialogue(
            "a worker that refused is asked again after a pause",
            asked + [
                (.refuse("d1"), ["cancel p1#1"]),
                (.wait(.milliseconds(100)), again),
            ]
        ),
        Dialogue("what was taken cannot be refused", placed + [(.refuse("d1"), [])]),
        Dialogue(
            "a wrong request fails at once",
            asked + [
                (.refuse("p1", .badRequest), ["cancel d1#1", "fail bad_request", "record"])
            ]
        ),
    ]

    @Test(arguments: [streams, failures, deadlines, refusals].flatMap(\.self))
    func dialogue(_ dialogue: Dialogue) {
        var scene = RouterScene()
        for worker in dialogue.workers { _ = scene.take(.register(worker)) }
        for (number, line) in dialogue.lines.enumerated() {
            #expect(scene.take(line.0) == line.1, "line \(number + 1)")
        }
    }
}
