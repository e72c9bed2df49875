import ServingTypes
import Testing

@testable import Benchmarks

/// How the answers of two clusters to the same prompts are compared.
@Suite struct PairedTurnsTests {
    private static func answer(_ ttft: Int, text: String = "a", isSeparate: Bool = true) -> StreamedAnswer {
        StreamedAnswer(
            ttft: .milliseconds(ttft),
            gap: .milliseconds(2),
            tpot: .milliseconds(1),
            text: text,
            isSeparate: isSeparate
        )
    }

    @Test func `ratios are of the turns of one pair, so that what disturbs both sides cancels out`() throws {
        var turns = PairedTurns()
        for slowdown in [1, 10, 2, 1, 5, 1] {
            let single = [100, 90, 400].map { Self.answer($0 * slowdown) }
            let split = [110, 900, 108].map { Self.answer($0 * slowdown) }
            try turns.add(PairedTurns.Pair(single: single, split: split))
        }
        let ttft = turns.compare { $0.ttft.milliseconds }
        #expect(turns.pairs.count == 6 && turns.droppedCount == 0)
        // The medians of the turns are 100 and 110, times the slowdown.
        #expect(abs(ttft.ratio.median - 1.1) < 1e-9 && abs(ttft.ratio.low - 1.1) < 1e-9, "\(ttft)")
        #expect(abs(ttft.added.median - 15) < 1e-9 && abs(ttft.added.high - 100) < 1e-9, "\(ttft)")
        #expect(turns.compare { $0.tt2t.milliseconds }.single.low == 102)
    }

    @Test(arguments: [
        ("seen apart by both", true, true, 1, 0), ("seen apart by one", true, false, 1, 0),
        ("seen apart by the other", false, true, 1, 0), ("seen apart by nobody", false, false, 0, 1),
    ])
    func `prompts whose first tokens nobody can tell apart do not count`(
        requirement: String,
        one: Bool,
        other: Bool,
        pairs: Int,
        dropped: Int
    ) throws {
        var turns = PairedTurns()
        let single = [Self.answer(1, isSeparate: one)]
        try turns.add(PairedTurns.Pair(single: single, split: [Self.answer(1, isSeparate: other)]))
        #expect(turns.pairs.count == pairs && turns.droppedCount == dropped, "\(requirement)")
    }

    @Test func `answers that differ end the measurement`() {
        var turns = PairedTurns()
        let pair = PairedTurns.Pair(single: [Self.answer(1)], split: [Self.answer(1, text: "b")])
        let error = #expect(throws: BenchFailure.self) { try turns.add(pair) }
        #expect(error?.description.contains("one worker answered a") == true)
    }
}
