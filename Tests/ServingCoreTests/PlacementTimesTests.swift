import ServingCore
import ServingTypes
import Testing

/// What a plan is predicted to take, and why: each row's name is a requirement.
@Suite struct PlacementTimesTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let requirement: String
        var tokens = 1_000
        var change: @Sendable (inout PlacementWorker) -> Void = { _ in }
        let expected: Duration
        var testDescription: String { requirement }
    }

    /// The formula by hand: 1,000 tokens take 101 ms, 100 take 11 ms; an answer's part of a step takes 5.1 ms.
    static let localRows = [
        Row(requirement: "an idle worker computes at once", expected: .milliseconds(101)),
        Row(
            requirement: "a worker that decodes ends half a step, and has answers in each piece",
            change: { ($0.sequences, $0.stepTokens) = (1, 251) },
            // Four pieces of 250 tokens, three of them with a fixed cost more.
            expected: .microseconds(2_550 + 101_000 + 3 * 1_000 + 4 * 5_100)
        ),
        Row(
            requirement: "a prompt that is not cut is computed in one piece",
            change: { ($0.sequences, $0.stepTokens) = (1, 0) },
            expected: .microseconds(2_550 + 101_000)
        ),
        Row(
            requirement: "the running step ends while a prompt waits for others",
            change: { ($0.sequences, $0.queuedSeconds) = (1, 0.05) },
            expected: .milliseconds(50 + 101)
        ),
        Row(
            requirement: "short prompts wait for short ones",
            tokens: 100,
            change: { ($0.queuedSeconds, $0.shortQueuedSeconds, $0.shortTokens) = (0.5, 0.003, 100) },
            expected: .milliseconds(3 + 11)
        ),
        Row(
            requirement: "what takes long yields to short prompts",
            tokens: 100,
            change: {
                ($0.queuedSeconds, $0.shortQueuedSeconds, $0.shortTokens) = (0.5, 0.3, 100)
                $0.yieldSeconds = 0.2
            },
            expected: .milliseconds(11)
        ),
        Row(
            requirement: "what a silent worker was sent is still there",
            tokens: 100,
            change: {
                ($0.seenAt, $0.queuedSeconds, $0.assignedSeconds) = (.zero + .seconds(-2), 0.1, 0.05)
            },
            expected: .milliseconds(50 + 11)
        ),
        Row(
            requirement: "longer ones wait for all",
            tokens: 101,
            change: { ($0.queuedSeconds, $0.shortQueuedSeconds, $0.shortTokens) = (0.5, 0.003, 100) },
            expected: .microseconds(500_000 + 11_100)
        ),
    ]

    @Test(arguments: localRows)
    func aLocalPrefillIsPredicted(_ row: Row) throws {
        let plan = try Self.plan(tokens: row.tokens, PlacementTests.worker("d1", row.change))
        #expect(abs((plan.predictedTTFT - row.expected).nanoseconds) <= 2, "\(plan.predictedTTFT)")
        Self.expectPartsToAddUp(plan)
    }

    /// 1,000 tokens make 63 blocks of 32 KiB; of the last step one group of four is what is left to send.
    @Test(arguments: [(0, 1_000), (500, 500), (250, 250)])
    func theLastGroupOfTheLastStepIsExposed(stepTokens: Int, lastTokens: Int) throws {
        let prefill = PlacementTests.worker("p1") {
            ($0.paths, $0.stepTokens) = (PlacementTests.path("d1", 1e8), stepTokens)
        }
        let decode = PlacementTests.worker("d1")
        let plan = try Self.plan(tokens: 1_000, prefill, decode, settings: PlacementTests.noLocal)
        // Blocks are whole.
        let lastBytes = (lastTokens + 15) / 16 * PlacementTests.layout.blockBytes
        #expect(abs(plan.parts.transfer - Double(lastBytes) / 4 / 1e8) < 1e-9, "\(plan.parts.transfer)")
    }

    /// A hand-off of no size worth a word: 1,000 tokens are there after 101 ms.
    static let handOffRows = [
        Row(requirement: "an idle worker decodes at once", expected: .microseconds(5_100)),
        Row(
            requirement: "a running step ends first: half of it on average",
            change: { $0.sequences = 1 },
            expected: .microseconds(2_550 + 5_200)
        ),
        Row(
            requirement: "prompts of its own lengthen the running step and the first one",
            change: { ($0.queuedTokens, $0.queuedSeconds, $0.stepTokens) = (5_000, 0.5, 200) },
            // A piece of 200 tokens takes 21 ms.
            expected: .microseconds(10_500 + 5_100 + 21_000)
        ),
        Row(
            requirement: "not those that are computed by then",
            change: { ($0.queuedTokens, $0.queuedSeconds, $0.stepTokens) = (500, 0.05, 200) },
            expected: .microseconds(5_100)
        ),
    ]

    @Test(arguments: handOffRows)
    func aHandOffIsPredicted(_ row: Row) throws {
        let prefill = PlacementTests.worker("p1") { $0.paths = PlacementTests.path("d1", 1e15) }
        let plan = try Self.plan(
            tokens: row.tokens,
            prefill,
            PlacementTests.worker("d1", row.change),
            settings: PlacementTests.noLocal
        )
        #expect(abs((plan.predictedGap - row.expected).nanoseconds) <= 100, "\(plan.predictedGap)")
        Self.expectPartsToAddUp(plan)
    }

    private static func plan(
        tokens: Int,
        _ workers: PlacementWorker...,
        settings: PlacementSettings = PlacementTests.settings { _ in }
    ) throws -> ScoredPlan {
        let prompt = PlacementPrompt(tokens: tokens, capacityTokens: tokens + 100)
        let plans = Placement(settings: settings).place(prompt, in: ClusterSnapshot(workers: workers))
        return try #require(plans.first)
    }

    private static func expectPartsToAddUp(_ plan: ScoredPlan) {
        let sum = Duration.fromSeconds(plan.parts.total)
        #expect(abs((sum - plan.predictedTT2T - plan.harm).nanoseconds) <= 3)
    }
}
