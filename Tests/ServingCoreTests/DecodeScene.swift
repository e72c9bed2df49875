import KVCache
import ServingTypes

@testable import ServingCore

/// A decode worker that prefills for itself, with a pool of blocks of four tokens and a router that takes whatever comes.
struct DecodeScene {
    static let router = RouterKey(rawValue: 7)

    var core: WorkerCore
    var now = Timestamp.zero
    /// What the worker said last to each attempt.
    var answers: [UInt64: AssignmentAnswer] = [:]
    /// Output of each request, by number.
    var output: [UInt64: [TokenID]] = [:]
    var finished: Set<UInt64> = []
    /// Ends that were no success, and how many blocks were reported as new since the report before, in order.
    var preempted: [(request: UInt64, reportedBlocks: Int?)] = []
    private var newBlocks: Int?

    init(blocks: Int, _ change: (inout WorkerCoreSettings) -> Void = { _ in }) {
        var settings = WorkerCoreSettings(
            worker: WorkerPair.decodeRef,
            role: .decode,
            layout: WorkerPair.layout,
            blockCount: blocks,
            contextTokens: 64
        )
        settings.decode.growthMargin = 0
        settings.decode.headroom = 0
        settings.decode.leastProgress = 1
        settings.cost.b = 1e-3
        settings.cost.e = 1e-3
        change(&settings)
        core = WorkerCore(settings: settings)
    }

    /// Gives the worker a prompt of its own; `number` is the attempt.
    mutating func assign(
        _ request: UInt64,
        prompt: Int = 4,
        maxTokens: Int = 28,
        number: UInt32 = 1,
        after emitted: [TokenID] = [],
        _ change: (inout Assignment) -> Void = { _ in }
    ) {
        let attempt = WorkerPair.attempt(number, request: request)
        var assignment = WorkerPair.assignment(.whole, prompt: prompt, maxTokens: maxTokens, attempt: attempt)
        assignment.tokens = (0..<prompt).map { TokenID(request * 10_000) + TokenID($0) } + emitted
        assignment.terms.expectedOutput = 8
        change(&assignment)
        handle(.assigned(assignment, router: Self.router))
    }

    mutating func handle(_ event: WorkerEvent) { take(core.handle(event, now: now)) }

    /// One engine step; the requests that took part, in order.
    @discardableResult
    mutating func step() -> [UInt64] {
        let plan = core.nextStep(now: now)
        take(core.takeActions())
        guard let plan else { return [] }
        now = now + .milliseconds(1)
        take(core.finishStep(plan, sampled: WorkerPair.sample(plan), now: now))
        return plan.entries.map(\.attempt.request.rawValue.low)
    }

    /// Requests that hold blocks.
    var running: Int { core.sequenceCounts.running }

    private mutating func take(_ actions: [WorkerAction]) {
        for action in actions {
            switch action {
            case .answer(_, let answer): answers[answer.attempt.request.rawValue.low] = answer
            case .tokens(_, let batch):
                let request = batch.attempt.request.rawValue.low
                output[request, default: []] += batch.tokens.map(\.id)
                if batch.finish != nil { finished.insert(request) }
            case .load(let report): newBlocks = report.addedBlocks.count
            case .ended(_, let ended) where ended.failure != nil:
                preempted.append((ended.attempt.request.rawValue.low, newBlocks))
                newBlocks = nil
            default: break
            }
        }
    }
}
