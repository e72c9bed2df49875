import ServingTypes
import Testing

@testable import ServingCore

/// Length-aware scheduling against order of arrival, with the prompt lengths of the Azure code trace.
@Suite struct PrefillPolicyTests {
    static let model = PrefillModel(cost: PrefillQueue.h100)
    static let boundary = PrefillSettings().boundary(model)

    static func settings(_ policy: PrefillPolicy) -> PrefillSettings {
        var settings = PrefillSettings()
        settings.policy = policy
        return settings
    }

    @Test(arguments: [
        ("chunks of 512", PrefillPolicy.fcfs, 512), ("chunks of 2048", .fcfs, 2_048),
        ("whole prompts", .fcfsUnchunked, 512),
    ])
    func shortPromptsGainAndLongOnesDoNotLose(baseline: String, policy: PrefillPolicy, stepTokens: Int) {
        let isShort = { (job: PrefillQueue.Job) in job.tokens < Self.boundary }
        let isLong = { (job: PrefillQueue.Job) in job.tokens >= Self.boundary }
        var random = SplitMix64(seed: 1)
        let burst = PrefillQueue.jobs(400, perSecond: 1e6, &random, length: PrefillQueue.azureLength)
        let first = PrefillQueue.run(burst, Self.settings(policy), stepTokens: stepTokens)
        let capacity = Double(burst.count) / (first.endedAt - .zero).inSeconds
        var short: [Double] = []
        var long: [Double] = []
        for seed in UInt64(2)..<5 {
            var random = SplitMix64(seed: seed)
            let rate = 0.75 * capacity
            let jobs = PrefillQueue.jobs(3_000, perSecond: rate, &random, length: PrefillQueue.azureLength)
            let old = PrefillQueue.run(jobs, Self.settings(policy), stepTokens: stepTokens)
            let new = PrefillQueue.run(jobs, Self.settings(.lengthAware), stepTokens: stepTokens)
            short.append(new.meanWait(isShort) / old.meanWait(isShort))
            long.append(new.quantile(0.9, isLong) / old.quantile(0.9, isLong))
            #expect((new.endedAt - .zero) < (old.endedAt - .zero) + .milliseconds(200), "seed \(seed)")
        }
        let mean = { (ratios: [Double]) in ratios.reduce(0, +) / Double(ratios.count) }
        #expect(mean(short) < 0.7, "short prompts, mean against \(baseline): \(short)")
        #expect(mean(long) < 1.1, "long prompts, P90 against \(baseline): \(long)")
        let again = PrefillQueue.run(burst, Self.settings(.lengthAware), stepTokens: stepTokens)
        let ratio = (again.endedAt - .zero).inSeconds / (first.endedAt - .zero).inSeconds
        #expect(ratio < 1.03, "time for all of a backlog against \(baseline): \(ratio)")
    }

    @Test func aWindowFillsStepsWhenManyShortPromptsCome() {
        var random = SplitMix64(seed: 3)
        let jobs = PrefillQueue.jobs(4_000, perSecond: 300, &random) { $0.int(in: 10...40) }
        var settings = PrefillSettings()
        let waiting = PrefillQueue.run(jobs, settings, stepTokens: 512)
        settings.maxWindow = .zero
        let eager = PrefillQueue.run(jobs, settings, stepTokens: 512)
        #expect(waiting.steps.count <= eager.steps.count)
        #expect(waiting.meanWait { _ in true } < eager.meanWait { _ in true } * 1.1)
        #expect(eager.longestIdle == .zero)
    }

    private struct Row {
        var requirement: String
        var policy = PrefillPolicy.lengthAware
        var company = DecodeCompany()
        /// Tokens, computed tokens, class and urgency of each.
        var prompts: [(Int, Int, PromptClass?, RequestUrgency)]
        var expected: [[Int]]
    }

    /// What the boundary of 226 tokens, `max_hold` of 100 ms and steps of 512 tokens make of a few prompts.
    private static let rows: [Row] = [
        Row(
            requirement: "order of arrival fills a step of step_tokens",
            policy: .fcfs,
            prompts: [(300, 0, nil, .interactive), (400, 0, nil, .interactive)],
            expected: [[0, 300], [1, 212]]
        ),
        Row(
            requirement: "unchunked prompts go whole and alone",
            policy: .fcfsUnchunked,
            prompts: [(3_000, 0, nil, .interactive), (10, 0, nil, .interactive)],
            expected: [[0, 3_000]]
        ),
        Row(
            requirement: "a short prompt goes before a long one that came first",
            prompts: [(3_000, 0, nil, .interactive), (100, 0, nil, .interactive)],
            expected: [[1, 100]]
        ),
        Row(
            requirement: "short prompts share a step up to the knee",
            prompts: [
                (100, 0, nil, .interactive), (90, 0, nil, .interactive), (80, 0, nil, .interactive),
            ],
            expected: [[0, 100], [1, 90]]
        ),
        Row(
            requirement: "what is left of a long prompt stays long",
            prompts: [(50, 3_000, .long, .interactive), (100, 0, nil, .interactive)],
            expected: [[1, 100]]
        ),
        Row(
            requirement: "a long prompt is cut into even parts that hold the engine no longer than max_hold",
            prompts: [(6_000, 0, nil, .interactive)],
            expected: [[0, 3_000]]
        ),
        Row(
            requirement: "the next long prompt fills a step only up to the knee",
            prompts: [(60, 3_000, .long, .interactive), (3_000, 0, nil, .interactive)],
            expected: [[0, 60], [1, 166]]
        ),
        Row(
            requirement: "a less urgent short prompt waits for an urgent long one",
            prompts: [(3_000, 0, nil, .interactive), (100, 0, nil, .batch)],
            expected: [[0, 3_000]]
        ),
        Row(
            requirement: "a less urgent prompt rides along below the knee",
            prompts: [(100, 0, nil, .batch), (100, 0, nil, .interactive), (100, 0, nil, .bestEffort)],
            expected: [[1, 100], [0, 100]]
        ),
        Row(
            requirement: "a prompt beyond its tenant's share waits for others of its priority",
            prompts: [(3_000, 0, nil, .beyondShare), (3_000, 0, nil, .interactive)],
            expected: [[1, 3_000]]
        ),
        Row(
            requirement: "beyond its tenant's share a prompt still comes before a less urgent one",
            prompts: [(3_000, 0, nil, .batch), (3_000, 0, nil, .beyondShare)],
            expected: [[1, 3_000]]
        ),
        Row(
            requirement: "beside answers a step takes step_tokens in all, of both classes",
            company: DecodeCompany(count: 12, contextTokens: 12_000),
            prompts: [(3_000, 0, nil, .interactive), (100, 0, nil, .interactive)],
            expected: [[1, 100], [0, 400]]
        ),
        Row(
            requirement: "beside answers with a limit a step takes what the limit leaves",
            company: DecodeCompany(count: 12, contextTokens: 12_000, tpotLimit: .milliseconds(22)),
            prompts: [(3_000, 0, nil, .interactive)],
            expected: [[0, 358]]
        ),
        Row(
            requirement: "without room for one token in the step nothing is computed",
            company: DecodeCompany(count: 512, contextTokens: 5_120),
            prompts: [(10, 0, nil, .interactive)],
            expected: []
        ),
    ]

    @Test func policiesChooseAsDescribed() {
        for row in Self.rows {
            var scheduler = PrefillScheduler(settings: Self.settings(row.policy), stepTokens: 512)
            let now = Timestamp(nanoseconds: 1_000_000_000)
            let prompts = row.prompts.enumerated().map { index, prompt in
                PromptCandidate(
                    urgency: prompt.3,
                    arrivedAt: Timestamp(nanoseconds: Int64(index)),
                    computed: prompt.1,
                    uncomputed: prompt.0,
                    begunAs: prompt.2
                )
            }
            let choice = scheduler.choose(prompts, beside: row.company, model: Self.model, now: now)
            var chunks: [[Int]] = []
            if case .run(let chosen, _) = choice { chunks = chosen.map { [$0.index, $0.tokens] } }
            #expect(chunks == row.expected, "\(row.requirement)")
        }
    }
}

extension RequestUrgency {
    fileprivate static let interactive = RequestUrgency(.interactive)
    fileprivate static let beyondShare = RequestUrgency(.interactive, isBeyondShare: true)
    fileprivate static let batch = RequestUrgency(.batch)
    fileprivate static let bestEffort = RequestUrgency(.bestEffort)
}
