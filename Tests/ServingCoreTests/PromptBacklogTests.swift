import ServingTypes
import Testing

@testable import ServingCore

/// What the router believes of a worker's queue between two reports.
@Suite struct PromptBacklogTests {
    static let start = Timestamp.zero + .seconds(100)

    /// A worker that computes a token in 0.1 ms, and a millisecond beside.
    static func entry() -> WorkerEntry {
        WorkerEntry(FairWorld.registration("p1", .prefill, tokensPerSecond: 10_000))
    }

    static func request(_ number: UInt64) -> RequestID { RequestID(rawValue: Bytes128(high: 1, low: number)) }

    static func charge(_ tokens: Int) -> WorkerCharge {
        var charge = WorkerCharge()
        charge.queuedTokens = tokens
        return charge
    }

    /// Takes a report of a queue of so many seconds.
    static func report(_ seconds: Double, to entry: inout WorkerEntry, at moment: Duration) {
        var load = LoadReport()
        load.queuedSeconds = seconds
        entry.load = load
        entry.reportedAt = start + moment
        entry.backlog.reported(now: start + moment)
    }

    static func queue(_ entry: WorkerEntry, at moment: Duration) -> Int {
        Int((entry.queuedSeconds(now: start + moment) * 1e3).rounded())
    }

    @Test func aReportedQueueGetsShorterWithTime() {
        var entry = Self.entry()
        Self.report(0.1, to: &entry, at: .zero)
        let queues = [0, 40, 100, 200].map { Self.queue(entry, at: .milliseconds($0)) }
        #expect(queues == [100, 60, 0, 0])
    }

    @Test func whatWasSentSinceComesOnTop() {
        var entry = Self.entry()
        Self.report(0.1, to: &entry, at: .zero)
        entry.backlog.send(Self.charge(490), for: Self.request(1), now: Self.start + .milliseconds(10))
        entry.backlog.send(Self.charge(500), for: Self.request(2), now: Self.start + .milliseconds(20))
        #expect(Self.queue(entry, at: .milliseconds(20)) == 80 + 100)
        // One that came too early to count the second.
        Self.report(0.12, to: &entry, at: .microseconds(20_500))
        #expect(Self.queue(entry, at: .microseconds(20_500)) == 120 + 51)
        Self.report(0.17, to: &entry, at: .milliseconds(22))
        #expect(Self.queue(entry, at: .milliseconds(22)) == 170)
    }

    @Test func whatWasComputedIsGoneWithoutAReport() {
        var entry = Self.entry()
        entry.backlog.send(Self.charge(990), for: Self.request(1), now: Self.start)
        entry.backlog.send(Self.charge(490), for: Self.request(2), now: Self.start)
        #expect(Self.queue(entry, at: .milliseconds(30)) == 149 - 30)
        entry.backlog.end(Self.request(1), now: Self.start + .milliseconds(110))
        #expect(Self.queue(entry, at: .milliseconds(120)) == 50 - 10)
        entry.backlog.end(Self.request(2), now: Self.start + .milliseconds(160))
        #expect(Self.queue(entry, at: .milliseconds(160)) == 0)
    }

    @Test func aWorkerThatNeverReportedIsIdle() {
        #expect(Self.queue(Self.entry(), at: .zero) == 0)
    }
}
