import ServingTypes
import Testing

@testable import ServingCore

/// When a running prefill lets others go first.
@Suite struct LayerPreemptionPolicyTests {
    typealias Scene = LayerPreemptionScene

    static func prompt(
        _ number: UInt64,
        tokens: Int,
        slack: Duration? = nil,
        priority: RequestPriority = .interactive
    ) -> Scene.Prompt {
        var prompt = Scene.Prompt(
            attempt: AttemptID(request: RequestID(rawValue: Bytes128(high: 0, low: number)), number: 1),
            newTokens: tokens,
            contextTokens: tokens
        )
        prompt.slack = slack
        prompt.urgency = RequestUrgency(priority)
        return prompt
    }

    /// A step of two seconds of which three quarters are left.
    static func scene(_ prompts: [Scene.Prompt], _ change: (inout Scene) -> Void = { _ in }) -> Scene {
        let long = Scene.Running(
            total: .seconds(2),
            remaining: .milliseconds(1_500),
            layer: .milliseconds(62)
        )
        var scene = Scene(running: [long], cost: CostFitWorld.h100, stepTokens: 65_536)
        scene.prompts = prompts
        change(&scene)
        return scene
    }

    static let policy = LayerPreemptionPolicy(settings: LayerPreemptionSettings())
    static let short = prompt(1, tokens: 128)
    static let middle = prompt(2, tokens: 2_000)  // 63 ms of its own.

    struct Row: Sendable {
        let requirement: String
        let scene: Scene
        let choice: LayerPreemptionChoice
    }

    static let rows: [Row] = [
        Row(requirement: "nobody waits", scene: scene([]), choice: .goOn(.nobodyUrgent)),
        Row(
            requirement: "a short prompt does not wait for a long rest",
            scene: scene([short]),
            choice: .yield(to: [short.attempt])
        ),
        Row(
            requirement: "a prompt that is not short waits where nothing was promised",
            scene: scene([middle]),
            choice: .goOn(.nobodyUrgent)
        ),
        Row(
            requirement: "no prompt waits that would be late and can still be in time",
            scene: scene([prompt(2, tokens: 2_000, slack: .milliseconds(200))]),
            choice: .yield(to: [middle.attempt])
        ),
        Row(
            requirement: "a prompt that is in time after the step, too, waits, however short",
            scene: scene([prompt(1, tokens: 128, slack: .seconds(2))]),
            choice: .goOn(.nobodyUrgent)
        ),
        Row(
            requirement: "a prompt that is late in any case has no right of way by its deadline",
            scene: scene([prompt(2, tokens: 2_000, slack: .milliseconds(50))]),
            choice: .goOn(.nobodyUrgent)
        ),
        Row(
            requirement: "a more urgent class goes first, whatever its length",
            scene: scene([middle]) { $0.running[0].urgency = RequestUrgency(.batch) },
            choice: .yield(to: [middle.attempt])
        ),
        Row(
            requirement: "a prompt goes before one that is beyond its tenant's share, whatever its length",
            scene: scene([middle]) {
                $0.running[0].urgency = RequestUrgency(.interactive, isBeyondShare: true)
            },
            choice: .yield(to: [middle.attempt])
        ),
        Row(
            requirement: "what is beyond a tenant's share is delayed for longer than a share of its time",
            scene: scene([middle]) {
                $0.running[0].urgency = RequestUrgency(.interactive, isBeyondShare: true)
                $0.running[0].yielded = $0.running[0].total * 3
            },
            choice: .yield(to: [middle.attempt])
        ),
        Row(
            requirement: "a less urgent class waits, however short",
            scene: scene([prompt(1, tokens: 128, priority: .bestEffort)]),
            choice: .goOn(.nobodyUrgent)
        ),
        Row(
            requirement: "nobody goes first for less than the least gain",
            scene: scene([short]) { $0.running[0].remaining = .milliseconds(4) },
            choice: .goOn(.nobodyUrgent)
        ),
        Row(
            requirement: "a short rest is waited for",
            scene: scene([short]) { $0.running[0].remaining = .milliseconds(30) },
            choice: .goOn(.nobodyUrgent)
        ),
        Row(
            requirement: "the running prompt is not made late",
            scene: scene([short]) { $0.running[0].slack = .milliseconds(1_505) },
            choice: .goOn(.ownDeadline)
        ),
        Row(
            requirement: "what is late already can be made later",
            scene: scene([short]) { $0.running[0].slack = .milliseconds(1_400) },
            choice: .yield(to: [short.attempt])
        ),
        Row(
            requirement: "a step yields so often",
            scene: scene([short]) { $0.running[0].preemptions = 16 },
            choice: .goOn(.limit)
        ),
        Row(
            requirement: "a step yields for so long",
            scene: scene([short]) { $0.running[0].yielded = .milliseconds(995) },
            choice: .goOn(.limit)
        ),
        Row(
            requirement: "many running prompts outweigh one that wins little",
            scene: scene([short]) {
                $0.running[0].prompts = 20
                $0.running[0].remaining = .milliseconds(60)
            },
            choice: .goOn(.tooDear)
        ),
        Row(
            requirement: "short prompts share a step up to the knee",
            scene: scene([short, prompt(3, tokens: 90), prompt(4, tokens: 20), prompt(5, tokens: 50)]),
            choice: .yield(to: [short.attempt, prompt(3, tokens: 0).attempt])
        ),
        Row(
            requirement: "classes come before slack, slack before arrival",
            scene: scene([
                prompt(3, tokens: 100), prompt(4, tokens: 60, slack: .milliseconds(300)),
                prompt(5, tokens: 60, slack: .milliseconds(100)),
            ]),
            choice: .yield(to: [
                prompt(5, tokens: 0).attempt, prompt(4, tokens: 0).attempt, prompt(3, tokens: 0).attempt,
            ])
        ),
        Row(
            requirement: "steps are nested two deep",
            scene: scene([short]) { $0.running += [$0.running[0], $0.running[0]] },
            choice: .goOn(.limit)
        ),
        Row(
            requirement: "answers have the turn that the plan gives them",
            scene: scene([short]) {
                $0.answers = .init(service: .milliseconds(8), slack: nil, isTheirTurn: true)
            },
            choice: .decode
        ),
        Row(
            requirement: "answers go first where waiting breaks their time per token",
            scene: scene([]) {
                $0.answers = .init(service: .milliseconds(8), slack: .milliseconds(40), isTheirTurn: false)
            },
            choice: .decode
        ),
        Row(
            requirement: "answers that are in time after the next layer wait for it",
            scene: scene([]) {
                $0.answers = .init(service: .milliseconds(8), slack: .milliseconds(80), isTheirTurn: false)
            },
            choice: .goOn(.nobodyUrgent)
        ),
        Row(
            requirement: "answers without a promise wait for their turn",
            scene: scene([]) {
                $0.answers = .init(service: .milliseconds(8), slack: nil, isTheirTurn: false)
            },
            choice: .goOn(.nobodyUrgent)
        ),
    ]

    @Test(arguments: rows.indices)
    func choose(row: Int) {
        let row = Self.rows[row]
        #expect(Self.policy.choose(row.scene) == row.choice, "\(row.requirement)")
    }

    @Test func switchedOffOnlyPlannedTurnsAreGiven() {
        var settings = LayerPreemptionSettings()
        settings.isEnabled = false
        let policy = LayerPreemptionPolicy(settings: settings)
        #expect(policy.choose(Self.scene([Self.short])) == .goOn(.nobodyUrgent))
        let turn = Self.scene([]) {
            $0.answers = .init(service: .milliseconds(8), slack: .zero, isTheirTurn: true)
        }
        #expect(policy.choose(turn) == .decode)
    }

    @Test(arguments: UInt64(1)...200)
    func howeverManyComeALongPromptIsDelayedByItsShareAtMost(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let policy = Self.policy
        var step = Scene.Running(total: .seconds(2), remaining: .seconds(2), layer: .milliseconds(62))
        var yields = 0
        for layer in 1..<32 {
            step.remaining = .seconds(2) * (32 - layer) / 32
            for _ in 0..<10 {
                let prompts = (0..<random.int(in: 1...40)).map { number in
                    let priority = RequestPriority.allCases[random.int(in: 0...2)]
                    let slack: Duration? =
                        random.int(in: 0...1) == 0 ? nil : .milliseconds(random.int(in: 0...500))
                    return Self.prompt(
                        UInt64(number),
                        tokens: random.int(in: 1...3_000),
                        slack: slack,
                        priority: priority
                    )
                }
                let scene = Self.scene(prompts) { $0.running = [step] }
                guard case .yield(let attempts) = policy.choose(scene) else { break }
                var footprint = StepFootprint()
                for prompt in prompts where attempts.contains(prompt.attempt) {
                    #expect(prompt.urgency <= step.urgency, "seed \(seed)")
                    footprint.addPrompt(newTokens: prompt.newTokens, contextTokens: prompt.contextTokens)
                }
                step.yielded += scene.cost.time(of: footprint)
                step.preemptions += 1
                yields += 1
                #expect(policy.choose(scene) == .yield(to: attempts), "the same scene, the same choice")
            }
        }
        #expect(yields > 0 && yields <= policy.settings.maxPreemptions, "seed \(seed)")
        #expect(step.yielded <= .seconds(1), "seed \(seed): \(step.yielded)")
    }
}
