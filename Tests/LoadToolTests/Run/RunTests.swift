import Benchmarks
import ServingTypes
import Testing
import Workload

@testable import LoadTool

@Suite struct RunTests {
    struct Shape: Sendable {
        var backend: Backend
        var isStreamed: Bool
        var tokenDelay: Duration
        /// Pieces of output that a client can see.
        var chunks: Int
    }

    @Test(arguments: [
        Shape(backend: .openai, isStreamed: true, tokenDelay: .zero, chunks: 6),
        Shape(backend: .openaiChat, isStreamed: true, tokenDelay: .milliseconds(2), chunks: 6),
        Shape(backend: .openai, isStreamed: false, tokenDelay: .zero, chunks: 1),
        Shape(backend: .openaiChat, isStreamed: false, tokenDelay: .zero, chunks: 1),
    ])
    func `every request is answered once, with its tokens and its times in order`(shape: Shape) throws {
        var settings = NullServerSettings()
        settings.firstTokenDelay = .milliseconds(3)
        settings.tokenDelay = shape.tokenDelay
        let record = try Runs.with(settings, backend: shape.backend, isStreamed: shape.isStreamed) {
            try $0.run(200, arrivals: .poisson(rate: 1_000))
        }
        #expect(record.outcomes.map(\.index) == Array(0..<200))
        #expect(record.answersWithUsage == 200)
        for outcome in record.outcomes {
            #expect(outcome.failure == nil, "\(outcome.failureDetail ?? "")")
            #expect(
                outcome.outputTokens == 6 && outcome.chunks.count == shape.chunks && outcome.status == 200
            )
            let times =
                [outcome.scheduled, outcome.sent, outcome.firstByte] + outcome.chunks + [outcome.ended]
            let known = times.compactMap(\.self)
            #expect(known.count == times.count && known == known.sorted())
            #expect(try #require(outcome.latency(.ttft)) >= settings.firstTokenDelay)
            #expect(try #require(outcome.latency(.e2el)) >= settings.firstTokenDelay + shape.tokenDelay * 5)
        }
    }

    @Test func `an open loop never waits for earlier answers`() throws {
        var settings = NullServerSettings()
        settings.behaviour = .silence
        var limits = ClientLimits()
        limits.firstByte = .milliseconds(700)
        let record = try Runs.with(settings, limits: limits) {
            try $0.run(100, arrivals: .constant(rate: 500))
        }
        #expect(record.outcomes.count == 100)
        let sent = record.outcomes.compactMap(\.sent)
        // The last leaves long before the first is given up.
        #expect(sent.count == 100 && sent[99] < .milliseconds(700))
        #expect(record.outcomes.allSatisfy { $0.failure == .timeout })
    }

    @Test(arguments: [1, 3])
    func `a closed loop keeps its number of requests in flight and no more`(concurrency: Int) throws {
        var settings = NullServerSettings()
        settings.firstTokenDelay = .milliseconds(2)
        let record = try Runs.with(settings) {
            try $0.run(60, outputTokens: 1, arrivals: .closedLoop(concurrency: concurrency))
        }
        #expect(record.outcomes.count == 60 && record.outcomes.allSatisfy { $0.failure == nil })
        #expect(Self.mostInFlight(record) == concurrency)
    }

    @Test func `a limit on concurrency holds requests of an open loop back and says so`() throws {
        var settings = NullServerSettings()
        settings.firstTokenDelay = .milliseconds(20)
        let record = try Runs.with(settings) {
            try $0.run(20, outputTokens: 1, arrivals: .constant(rate: 1_000), maxConcurrency: 2)
        }
        #expect(Self.mostInFlight(record) == 2)
        // Ten pairs of 20 ms each, asked for within 20 ms.
        let last = try #require(record.outcomes.last?.latency(.clientQueueTime))
        #expect(last >= .milliseconds(150))
    }

    @Test func `a run that is stopped keeps what it measured`() throws {
        var settings = NullServerSettings()
        settings.firstTokenDelay = .milliseconds(5)
        let record = try Runs.with(settings) { runs in
            try runs.run(
                100_000,
                arrivals: .constant(rate: 200),
                during: { runner, figures in
                    if figures.completed >= 20 { runner.stop() }
                }
            )
        }
        #expect(record.isInterrupted)
        #expect((20..<100_000).contains(record.outcomes.count))
        #expect(record.outcomes.allSatisfy { $0.failure == nil })
    }

    @Test func `a stopped run gives up what does not end in time`() throws {
        var settings = NullServerSettings()
        settings.behaviour = .stall
        let record = try Runs.with(settings) { runs in
            try runs.run(
                4,
                arrivals: .allAtOnce,
                configure: { $0.grace = .milliseconds(300) },
                during: { runner, figures in
                    if figures.inFlight == 4 { runner.stop() }
                }
            )
        }
        #expect(record.outcomes.map(\.failure) == [.cancelled, .cancelled, .cancelled, .cancelled])
        #expect(record.outcomes.allSatisfy { $0.chunks.count == 3 })
    }

    @Test func `nothing is sent after the time limit`() throws {
        let record = try Runs.with(NullServerSettings()) { runs in
            try runs.run(1_000_000, arrivals: .closedLoop(concurrency: 1)) {
                $0.sendingLimit = .milliseconds(100)
            }
        }
        #expect(!record.isInterrupted)
        #expect((1..<1_000_000).contains(record.outcomes.count))
        #expect(record.outcomes.allSatisfy { $0.failure == nil })
    }

    @Test func `a chat's turns follow each other`() throws {
        let record = try Runs.with(NullServerSettings(), backend: .openaiChat) { runs in
            let lengths = try LengthRange(inputTokens: 3, outputTokens: 4)
            let settings = ConversationSettings(
                turns: 3...3,
                lengths: lengths,
                meanThinkTime: .milliseconds(5)
            )
            let source = ChatRequests(
                plans: try ConversationPlans(count: 10, settings: settings, seed: 1),
                form: try runs.form(),
                names: RequestNames(run: 1)
            )
            return try runs.run(source, .poisson(rate: 500))
        }
        #expect(record.outcomes.map(\.index) == Array(0..<30))
        for (earlier, later) in zip(record.outcomes, record.outcomes.dropFirst()) where later.index % 3 != 0 {
            #expect(try #require(earlier.ended) <= later.scheduled)
        }
    }

    private static func mostInFlight(_ record: RunRecord) -> Int {
        let starts = record.outcomes.compactMap(\.sent).map { ($0, 1) }
        let ends = record.outcomes.compactMap(\.ended).map { ($0, -1) }
        // Of one moment, ends count first: the next request leaves when one has ended.
        var (inFlight, most) = (0, 0)
        for change in (starts + ends).sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
            inFlight += change.1
            most = max(most, inFlight)
        }
        return most
    }
}
