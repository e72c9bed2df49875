import ServingTypes
import Testing

@testable import ServingCore

/// The pieces of the length-aware policy.
@Suite struct PrefillPartsTests {
    private static let start = Timestamp(nanoseconds: 1_000_000_000)

    private static func inputs(_ change: (inout WaitingWindow.Inputs) -> Void) -> WaitingWindow.Inputs {
        var inputs = WaitingWindow.Inputs(
            depth: 1,
            tokens: 40,
            kneeTokens: 226,
            meanTokens: 40,
            rate: 1_000,
            stepFloor: .milliseconds(9),
            slack: nil,
            oldestArrival: start
        )
        change(&inputs)
        return inputs
    }

    @Test(arguments: [
        ("waits until a batch is full", inputs { _ in }, Duration.microseconds(4_650)),
        ("waits no longer than the maximum", inputs { $0.meanTokens = 20 }, .milliseconds(5)),
        ("does not wait once the knee is reached", inputs { $0.tokens = 226 }, nil),
        ("waits less the less slack there is", inputs { $0.slack = .milliseconds(7) }, .milliseconds(2)),
        ("starts at once on low slack", inputs { $0.slack = .milliseconds(5) }, nil),
        ("starts at once when late", inputs { $0.slack = .zero - .milliseconds(5) }, nil),
        ("does not wait for what does not come", inputs { $0.rate = 50 }, nil),
        (
            "does not keep several waiting for one",
            inputs {
                $0.depth = 3
                $0.rate = 300
            }, nil
        ),
        (
            "nobody waits twice",
            inputs { $0.oldestArrival = start + .milliseconds(-4) }, .milliseconds(1)
        ),
        (
            "an old prompt waits no more",
            inputs { $0.oldestArrival = start + .milliseconds(-6) }, nil
        ),
    ])
    func windows(requirement: String, inputs: WaitingWindow.Inputs, expected: Duration?) {
        let window = WaitingWindow(
            minimum: .zero,
            maximum: .milliseconds(5),
            slackMargin: .milliseconds(5)
        )
        let end = window.end(inputs, now: Self.start)
        #expect(end.map { $0 - Self.start } == expected, "\(requirement)")
    }

    @Test func theMinimumHoldsUnlessItIsUrgent() {
        let window = WaitingWindow(
            minimum: .milliseconds(3),
            maximum: .milliseconds(5),
            slackMargin: .milliseconds(5)
        )
        let quiet = Self.inputs { $0.rate = 1 }
        #expect(window.end(quiet, now: Self.start) == Self.start + .milliseconds(3))
        let urgent = Self.inputs { $0.slack = .milliseconds(4) }
        #expect(window.end(urgent, now: Self.start) == nil)
    }

    @Test func turnsFollowTheSharesAndTheBound() {
        for (share, expected) in [(0.5, 50), (0.8, 80), (0.1, 10)] {
            var turns = ClassTurns(shortShare: share, bound: .seconds(60))
            var now = Timestamp.zero
            var shortTurns = 0
            for _ in 0..<100 {
                turns.update(hasShort: true, hasLong: true, now: now)
                let turn = turns.next(now: now)
                if turn == .short { shortTurns += 1 }
                turns.charge(turn, .milliseconds(10), now: now)
                now = now + .milliseconds(10)
            }
            #expect(abs(shortTurns - expected) <= 1, "\(shortTurns) of 100 turns with a share of \(share)")
        }
        var turns = ClassTurns(shortShare: 0.95, bound: .milliseconds(50))
        var now = Timestamp.zero
        var longTurns: [Timestamp] = []
        for _ in 0..<100 {
            turns.update(hasShort: true, hasLong: true, now: now)
            let turn = turns.next(now: now)
            if turn == .long { longTurns.append(now) }
            turns.charge(turn, .milliseconds(10), now: now)
            now = now + .milliseconds(10)
        }
        let gaps = zip(longTurns, longTurns.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { $0 <= .milliseconds(70) } && longTurns.count > 10, "\(gaps)")
    }

    @Test func aClassThatComesBackHasSavedNothingUp() {
        var turns = ClassTurns(shortShare: 0.5, bound: .seconds(60))
        var now = Timestamp.zero
        for _ in 0..<100 {
            turns.update(hasShort: false, hasLong: true, now: now)
            turns.charge(.long, .milliseconds(100), now: now)
            now = now + .milliseconds(100)
        }
        var shortTime = Duration.zero
        turns.update(hasShort: true, hasLong: true, now: now)
        while turns.next(now: now) == .short {
            turns.charge(.short, .milliseconds(10), now: now)
            now = now + .milliseconds(10)
            shortTime += .milliseconds(10)
            turns.update(hasShort: true, hasLong: true, now: now)
        }
        #expect(shortTime > .zero && shortTime <= .milliseconds(110), "\(shortTime) after ten seconds")
    }

    @Test func bucketsHoldAsManyPromptsEachAndFollowTheWorkload() {
        var random = SplitMix64(seed: 5)
        var buckets = LengthBuckets()
        #expect(buckets.bucket(of: 100) == 0 && buckets.meanTokens == 1)
        for range in [1...200, 20...60] {
            for _ in 0..<3_000 { buckets.note(random.int(in: range)) }
            var counts = Array(repeating: 0, count: LengthBuckets.count)
            for length in range { counts[buckets.bucket(of: length)] += 1 }
            let even = range.count / LengthBuckets.count
            #expect(counts.allSatisfy { abs($0 - even) <= even / 3 + 3 }, "\(counts) of \(range)")
            let mean = Double(range.lowerBound + range.upperBound) / 2
            #expect(abs(buckets.meanTokens - mean) < mean / 5, "\(buckets.meanTokens)")
        }
        #expect(buckets.bucket(of: 1) == 0 && buckets.bucket(of: 1 << 20) == LengthBuckets.count - 1)
    }

    @Test func priorityComesBeforeSlackAndPatienceEnds() {
        let order = PromptOrder(batchPatience: .seconds(5), bestEffortPatience: .seconds(60))
        let model = PrefillModel(cost: PrefillQueue.h100)
        let batch = PromptCandidate(urgency: RequestUrgency(.batch), arrivedAt: Self.start, uncomputed: 1_000)
        #expect(order.urgency(of: batch, now: Self.start + .milliseconds(4_999)) == RequestUrgency(.batch))
        #expect(order.urgency(of: batch, now: Self.start + .seconds(5)) == RequestUrgency(.interactive))
        let beyondShare = RequestUrgency(.interactive, isBeyondShare: true)
        let flooding = PromptCandidate(urgency: beyondShare, arrivedAt: Self.start, uncomputed: 1)
        #expect(order.urgency(of: flooding, now: Self.start + .milliseconds(9_999)) == beyondShare)
        #expect(order.urgency(of: flooding, now: Self.start + .seconds(10)) == RequestUrgency(.interactive))
        let idle = PromptCandidate(urgency: RequestUrgency(.bestEffort), arrivedAt: Self.start, uncomputed: 1)
        #expect(order.urgency(of: idle, now: Self.start + .seconds(59)) == RequestUrgency(.bestEffort))
        let promised = PromptCandidate(
            arrivedAt: Self.start,
            dueAt: Self.start + .milliseconds(500),
            uncomputed: 1_000
        )
        // 3 ms + 28.2 ms + 1.77e-9 s · 500,000 pairs.
        let limit = order.startLimit(of: promised, model: model) - Self.start
        #expect(abs((limit - .microseconds(467_915)).nanoseconds) < 1_000, "\(limit)")
        let other = PromptCandidate(arrivedAt: Self.start, uncomputed: 1_000)
        #expect(order.startLimit(of: promised, model: model) < order.startLimit(of: other, model: model))
    }

    @Test func promptsPauseWhenAnswersWouldBeLate() {
        let company = DecodeCompany(count: 10, contextTokens: 10_000, tpotLimit: .milliseconds(10))
        let model = PrefillModel(cost: PrefillQueue.h100)
        let budget = StepBudget(
            settings: PrefillSettings(),
            stepTokens: 512,
            company: company,
            model: model,
            knee: 226
        )
        // A decode step takes 8.6 ms and leaves 1.4 ms; prompts take 9.4 ms, so that every seventh step has room.
        #expect(!budget.mustPause(since: nil, now: Self.start))
        #expect(budget.mustPause(since: Self.start, now: Self.start + .milliseconds(58)))
        #expect(!budget.mustPause(since: Self.start, now: Self.start + .milliseconds(62)))
    }

    @Test func predictedWaitsCountWhatIsAhead() {
        let model = PrefillModel(cost: PrefillQueue.h100)
        let long = PromptCandidate(arrivedAt: Self.start, uncomputed: 6_000)
        let short = PromptCandidate(arrivedAt: Self.start, uncomputed: 100)
        var scheduler = PrefillScheduler(settings: PrefillSettings(), stepTokens: 512)
        let nobody = DecodeCompany()
        func waits(behind prompts: [PromptCandidate], at moment: Duration = .zero) -> PromptWaits {
            scheduler.waits(behind: prompts, beside: nobody, model: model, now: Self.start + moment)
        }
        #expect(waits(behind: []) == PromptWaits())
        let both = waits(behind: [long, short])
        #expect(abs((both.short - .microseconds(9_409)).nanoseconds) < 1_000, "\(both.short)")
        // Two steps of 3 ms, 6,000 tokens and 18,000,000 pairs.
        let ahead = Duration.fromSeconds(0.0094 + 0.006 + 0.1692 + 1.77e-9 * 18_005_000)
        #expect(abs((both.long - ahead).nanoseconds) < 10_000, "\(both.long)")
        // The step in progress counts by its rest.
        let choice = scheduler.choose([long], beside: nobody, model: model, now: Self.start)
        scheduler.commit(choice, of: [long], beside: nobody, model: model, now: Self.start)
        let rest = waits(behind: [], at: .milliseconds(10))
        let step = model.stepTime(tokens: 3_000, pairs: 4_500_000)
        #expect(rest.short == step - .milliseconds(10) && rest.long == rest.short)
    }
}
