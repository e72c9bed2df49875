import ServingTypes
import Testing

@testable import ServingCore

/// What holds for the length-aware policy whatever comes and however it is set.
@Suite struct PrefillPropertyTests {
    private struct Scene {
        var settings = PrefillSettings()
        var jobs: [PrefillQueue.Job]
        var stepTokens: Int
        var cost = PrefillQueue.h100
    }

    private static func scene(_ seed: UInt64) -> Scene {
        var random = SplitMix64(seed: seed)
        let shortest = random.int(in: 1...2) == 1 ? 1 : 400
        let longest = [200, 3_000, 20_000][random.int(in: 0...2)]
        let rate = Double(random.int(in: 2...60)) * 3_000 / Double(longest + shortest)
        var scene = Scene(
            jobs: PrefillQueue.jobs(150, perSecond: rate, &random) { random in
                random.int(in: 1...3) == 1
                    ? random.int(in: 1...220) : random.int(in: min(shortest, longest)...longest)
            },
            stepTokens: random.int(in: 64...4_096)
        )
        scene.settings.maxWindow = .milliseconds(random.int(in: 0...8))
        scene.settings.maxHold = .milliseconds(random.int(in: 5...200))
        scene.settings.shortShare = Double(random.int(in: 1...19)) / 20
        scene.settings.maxStarvation = .milliseconds(random.int(in: 20...800))
        if random.int(in: 1...3) == 1 { scene.settings.boundaryTokens = random.int(in: 50...1_000) }
        if random.int(in: 1...4) == 1 { scene.cost.m = 0 }
        if random.int(in: 1...4) == 1 { scene.cost.d = 0 }
        if random.int(in: 1...6) == 1 { scene.cost.a = 0 }
        return scene
    }

    @Test func nothingStarvesOrIsLostAndTheEngineWaitsNoLongerThanTheWindow() throws {
        var stepsOfBoth = 0
        for seed in UInt64(0)..<300 {
            let scene = Self.scene(seed)
            let run = PrefillQueue.run(
                scene.jobs,
                scene.settings,
                stepTokens: scene.stepTokens,
                cost: scene.cost
            )
            #expect(run.jobs.allSatisfy { $0.doneAt != nil && $0.prompt.uncomputed == 0 }, "seed \(seed)")
            let computed = run.steps.reduce(0) { $0 + $1.tokens }
            #expect(computed == scene.jobs.reduce(0) { $0 + $1.tokens }, "seed \(seed): each token once")
            #expect(run.longestIdle <= scene.settings.maxWindow, "seed \(seed): \(run.longestIdle)")
            let idle = Self.idleTime(of: run)
            #expect(idle <= scene.settings.maxWindow, "seed \(seed): idle for \(idle) with a prompt there")
            let longest = run.steps.map { $0.end - $0.start }.max() ?? .zero
            for promptClass in PromptClass.allCases {
                let gap = Self.longestGap(of: promptClass, in: run)
                let bound = scene.settings.maxStarvation + longest * 2
                #expect(gap <= bound, "seed \(seed): \(promptClass) waits \(gap), bound \(bound)")
            }
            stepsOfBoth += run.steps.count { $0.waiting.count == 2 }
            let model = PrefillModel(cost: scene.cost)
            let knee = max(scene.settings.boundary(model), Int(scene.cost.m / scene.cost.b))
            for step in run.steps where step.end - step.start > scene.settings.maxHold + .nanoseconds(9) {
                #expect(step.tokens <= knee, "seed \(seed): \(step.tokens) tokens hold the engine too long")
            }
        }
        #expect(stepsOfBoth > 5_000, "the classes compete")
    }

    /// Longest time between two turns of a class that had work all the while.
    private static func longestGap(of promptClass: PromptClass, in run: PrefillQueue.Outcome) -> Duration {
        var longest = Duration.zero
        var since: Timestamp?
        var lastEnd = Timestamp.zero
        for step in run.steps {
            // While the engine stood still nobody had work for longer than a window.
            if step.start > lastEnd { since = nil }
            lastEnd = step.end
            if !step.waiting.contains(promptClass) { since = nil } else { since = since ?? step.start }
            guard step.turn == promptClass else { continue }
            longest = max(longest, step.start - (since ?? step.start))
            since = step.end
        }
        return longest
    }

    /// Longest time between two steps while a prompt was there.
    private static func idleTime(of run: PrefillQueue.Outcome) -> Duration {
        var longest = Duration.zero
        for (step, next) in zip(run.steps, run.steps.dropFirst()) where next.start > step.end {
            let waiting = run.jobs.filter {
                $0.prompt.arrivedAt < next.start && $0.doneAt ?? .zero > step.end
            }
            for job in waiting { longest = max(longest, next.start - max(step.end, job.prompt.arrivedAt)) }
        }
        return longest
    }

    @Test func theSameSceneGivesTheSameStepsAndTheSameWorkAsOrderOfArrival() {
        for seed in UInt64(1_000)..<1_040 {
            let scene = Self.scene(seed)
            var fcfs = scene.settings
            fcfs.policy = .fcfs
            let run = { (settings: PrefillSettings) in
                PrefillQueue.run(scene.jobs, settings, stepTokens: scene.stepTokens, cost: scene.cost)
            }
            let (first, second, baseline) = (run(scene.settings), run(scene.settings), run(fcfs))
            #expect(first == second, "seed \(seed)")
            let work = { (run: PrefillQueue.Outcome) in run.steps.reduce(0) { $0 + $1.tokens } }
            #expect(work(first) == work(baseline), "seed \(seed)")
        }
    }

    @Test func theOrderInWhichPromptsAreNamedDoesNotMatter() {
        for seed in UInt64(0)..<400 {
            var random = SplitMix64(seed: seed)
            let model = PrefillModel(cost: PrefillQueue.h100)
            let now = Timestamp(nanoseconds: 20_000_000_000)
            let count = random.int(in: 2...20)
            let prompts = (0..<count).map { index in
                PromptCandidate(
                    urgency: RequestUrgency(
                        RequestPriority.allCases[random.int(in: 0...2)],
                        isBeyondShare: random.int(in: 0...1) == 0
                    ),
                    arrivedAt: Timestamp(
                        nanoseconds: Int64(random.int(in: 0...19_000_000)) * 1_000 + Int64(index)
                    ),
                    dueAt: random.int(in: 0...1) == 0 ? nil : now + .milliseconds(random.int(in: 1...2_000)),
                    computed: random.int(in: 0...1) * random.int(in: 0...5_000),
                    uncomputed: random.int(in: 0...1) == 0
                        ? random.int(in: 1...300) : random.int(in: 1...9_000)
                )
            }
            var company = DecodeCompany()
            if random.int(in: 0...1) == 0 {
                company = DecodeCompany(count: 3, contextTokens: 999, tpotLimit: .milliseconds(40))
            }
            let shuffled = Array(prompts.indices).shuffled(using: &random)
            let scheduler = LengthAwareScheduler(settings: PrefillSettings(), stepTokens: 512)
            let straight = scheduler.choose(prompts, beside: company, model: model, now: now)
            let moved = scheduler.choose(
                shuffled.map { prompts[$0] },
                beside: company,
                model: model,
                now: now
            )
            guard case .run(let chunks, let turn) = moved else {
                #expect(straight == moved, "seed \(seed)")
                continue
            }
            let back = chunks.map {
                PrefillChoice.Chunk(index: shuffled[$0.index], tokens: $0.tokens)
            }
            #expect(straight == .run(back, turn: turn), "seed \(seed)")
        }
    }
}
