import ServingTypes
import Workload

/// Requests as a made-up server would answer them: the same seed always makes the same requests.
struct MadeRuns {
    var model = "made-7b"
    var label = "made"
    var count = 600
    var rate = 10.0
    /// Requests per second beyond which the made-up server's queue grows.
    var capacity = 16.0
    var hasStages = true
    var failEvery = 97
    /// Output tokens of an answer are fewer than this, and at least 2.
    var outputLimit = 62.0
    var detail = "connection reset by peer"
    var options = ["input-len": "32..16384", "kill": "decode-1:KILL@20.002s", "cap": "p0:d0=100mbit@35.001s"]
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    init() {}

    var settings: RunSettings {
        get throws {
            RunSettings(
                label: label,
                target: "http://127.0.0.1:8000",
                backend: "openai-chat",
                model: model,
                dataset: "random",
                prompts: count,
                arrivals: .poisson(rate: rate),
                seed: 7,
                serviceLevels: try ServiceLevels(parsing: ["ttft:600", "tpot:60"]),
                percentiles: [50, 90, 99, 99.9],
                options: options
            )
        }
    }

    /// The report of these requests.
    func report(keepsRows: Bool = true) throws -> RunReport {
        var made = self
        let outcomes = made.outcomes()
        var builder = ReportBuilder(settings: try settings, keepsRows: keepsRows)
        for outcome in outcomes { builder.add(outcome) }
        let end = outcomes.compactMap(\.ended).max() ?? .zero
        return builder.report(duration: end, tool: "baton-load 0.1.0", startedAt: "2026-01-02T03:04:05Z")
    }

    /// Uniform in 0..<1.
    private mutating func uniform() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((bits ^ (bits >> 31)) >> 11) / Double(1 << 53)
    }

    mutating func outcomes() -> [RequestOutcome] {
        var free = 0.0
        return (0..<count).map { index in
            let due = Double(index) / rate + uniform() / rate
            let tokens = 32 << Int(uniform() * 9)
            let prompt = tokens + Int(uniform() * Double(tokens))
            let start = max(due, free)
            free = start + (0.4 + 1.2 * uniform()) / capacity
            return outcome(index, due: due, queue: start - due, prompt: prompt)
        }
    }

    private mutating func outcome(_ index: Int, due: Double, queue: Double, prompt: Int) -> RequestOutcome {
        var outcome = RequestOutcome(index: index, scheduled: .fromSeconds(due), promptTokens: prompt)
        let sent = due + 0.0004 * uniform()
        outcome.requestID = "cmpl-\(index)"
        outcome.sent = .fromSeconds(sent)
        outcome.status = 200
        if index % failEvery == failEvery - 1 {
            outcome.failure = index % 2 == 0 ? .connectionLost : .rejected
            outcome.failureDetail = detail
            outcome.ended = .fromSeconds(sent + 0.05)
            return outcome
        }
        let tail = uniform() < 0.01 ? 0.4 * uniform() : 0
        let prefill = 0.03 + Double(prompt) * 0.000_03 * (0.9 + 0.2 * uniform()) + tail
        let first = sent + queue + prefill
        let gap = 0.02 + Double(prompt) * 0.000_004 * (0.5 + uniform())
        outcome.firstByte = .fromSeconds(first)
        outcome.recordChunk(at: .fromSeconds(first))
        let outputs = 2 + Int(uniform() * (outputLimit - 2))
        var time = first + gap
        for _ in 1..<outputs {
            outcome.recordChunk(at: .fromSeconds(time))
            time += 0.018 + 0.01 * uniform()
        }
        let last = (outcome.lastToken ?? .zero).inSeconds
        outcome.ended = .fromSeconds(last)
        if hasStages {
            outcome.stages = StageTimes(
                queue: .fromSeconds(queue),
                prefill: .fromSeconds(prefill),
                transfer: .fromSeconds(gap * 2),
                decode: .fromSeconds(last - first - gap)
            )
        }
        return outcome
    }
}
