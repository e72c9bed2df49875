import ServingTypes

/// Dialogues in which workers are lost, fail, or say what they must not.
extension RouterDialogueTests {
    static let failures = [
        Dialogue(
            "a lost prefill worker costs a new attempt",
            ["p1", "p2", "d1"],
            placed + [
                (
                    .lose("p1"),
                    [
                        "cancel d1#1", "assign d1#2 decode from p2 [1, 2, 3]",
                        "assign p2#2 prefill for d1 [1, 2, 3]",
                    ]
                )
            ]
        ),
        Dialogue(
            "once the decode worker speaks, the prefill worker does not matter",
            placed + [
                (.tokens("d1", at: 0, [10]), ["emit 0: [10]"]),
                (.lose("p1"), []),
                (.tokens("d1", at: 1, [11]), ["emit 1: [11]"]),
            ]
        ),
        Dialogue(
            "a prefill worker that owes nothing does not matter either",
            placed + [
                (.tokens("p1", at: 0, [10]), ["emit 0: [10]"]),
                (.end("p1"), []), (.lose("p1"), []),
                (.tokens("d1", at: 0, [10, 11]), ["emit 1: [11]"]),
            ]
        ),
        Dialogue(
            "a lost decode worker's successor goes on from what was emitted",
            ["p1", "d1", "d2"],
            placed + [
                (.tokens("p1", at: 0, [10]), ["emit 0: [10]"]),
                (.tokens("d1", at: 0, [10, 11]), ["emit 1: [11]"]),
                (
                    .lose("d1"),
                    [
                        "cancel p1#1", "assign d2#2 decode from p1 [1, 2, 3, 10, 11]",
                        "assign p1#2 prefill for d2 [1, 2, 3, 10, 11]",
                    ]
                ),
                (.tokens("p1", attempt: 2, at: 2, [12]), ["emit 2: [12]"]),
                (
                    .tokens("d2", attempt: 2, at: 2, [12, 13], finish: .length),
                    ["emit 3: [13]", "finish length"]
                ),
            ]
        ),
        Dialogue(
            "the same boot that registers again has lost its work",
            placed + [
                (.register("d1"), ["cancel p1#1"] + again)
            ]
        ),
        Dialogue(
            "a new boot replaces the old one, whose words no longer count",
            placed + [
                (.register("d1'"), ["cancel p1#1"] + again),
                (.tokens("d1", attempt: 2, at: 0, [66]), []),
                (.tokens("d1'", attempt: 2, at: 0, [10]), ["emit 0: [10]"]),
            ]
        ),
        Dialogue(
            "an earlier attempt's words no longer count",
            placed + [
                (.end("d1", failure: .checksum), ["cancel p1#1"] + again),
                (.tokens("p1", at: 0, [66]), []), (.end("p1", failure: .engine), []),
                (.refuse("p1"), []), (.tokens("d1", attempt: 3, at: 0, [66]), []),
                (.tokens("p1", attempt: 2, at: 0, [10]), ["emit 0: [10]"]),
            ]
        ),
        Dialogue(
            "a worker without a part is not believed",
            ["p1", "d1", "d2"],
            placed + [
                (.tokens("d2", at: 0, [66]), []), (.end("d2", failure: .engine), []),
                (.refuse("d2", .badRequest), []),
            ]
        ),
        Dialogue(
            "a skipped token costs a new attempt",
            placed + [
                (.tokens("d1", at: 1, [11]), ["cancel p1#1", "cancel d1#1"] + again)
            ]
        ),
        Dialogue(
            "a repeated token that differs costs a new attempt",
            placed + [
                (.tokens("p1", at: 0, [10]), ["emit 0: [10]"]),
                (
                    .tokens("d1", at: 0, [66, 11]),
                    [
                        "cancel p1#1", "cancel d1#1", "assign d1#2 decode from p1 [1, 2, 3, 10]",
                        "assign p1#2 prefill for d1 [1, 2, 3, 10]",
                    ]
                ),
            ]
        ),
        Dialogue(
            "a prefill worker may send one token only",
            placed + [
                (.tokens("p1", at: 0, [10, 11]), ["cancel p1#1", "cancel d1#1"] + again)
            ]
        ),
        Dialogue(
            "a decode worker that ends without a last token costs a new attempt",
            placed + [
                (.tokens("d1", at: 0, [10]), ["emit 0: [10]"]),
                (
                    .end("d1"),
                    [
                        "cancel p1#1", "assign d1#2 decode from p1 [1, 2, 3, 10]",
                        "assign p1#2 prefill for d1 [1, 2, 3, 10]",
                    ]
                ),
            ]
        ),
        Dialogue(
            "the second failure makes its workers pause, the fifth is the last",
            placed + [
                (.end("d1", failure: .engine), ["cancel p1#1"] + again),
                (.end("d1", attempt: 2, failure: .engine), ["cancel p1#2"]),
                (.wait(.milliseconds(240)), []),
                (
                    .wait(.milliseconds(110)),
                    [
                        "assign d1#3 decode from p1 [1, 2, 3]", "assign p1#3 prefill for d1 [1, 2, 3]",
                    ]
                ),
                (.end("d1", attempt: 3, failure: .engine), ["cancel p1#3"]),
                (
                    .wait(.milliseconds(600)),
                    [
                        "assign d1#4 decode from p1 [1, 2, 3]", "assign p1#4 prefill for d1 [1, 2, 3]",
                    ]
                ),
                (.end("d1", attempt: 4, failure: .engine), ["cancel p1#4"]),
                (
                    .wait(.milliseconds(1_100)),
                    [
                        "assign d1#5 decode from p1 [1, 2, 3]", "assign p1#5 prefill for d1 [1, 2, 3]",
                    ]
                ),
                (.end("d1", attempt: 5, failure: .engine), ["cancel p1#5", "fail engine", "record"]),
            ]
        ),
    ]
}
